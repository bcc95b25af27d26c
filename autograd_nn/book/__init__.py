"""The programs of Nielsen's *Neural Networks and Deep Learning*, by their own names.

A script of the book's runs when its imports are changed, and nothing else::

    from autograd_nn.book import mnist_loader, network

    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    net = network.Network([784, 30, 10])
    net.SGD(training_data, 30, 10, 3.0, test_data=test_data)

Names, signatures, defaults, shapes (an example is a column), printed lines, returned values and
files are the book's, and random numbers are drawn from Python's ``random`` and NumPy's global
generator in the book's order: with the same seeds both start with the same weights and see the same
mini-batches (in Python 3; Python 2 shuffled otherwise).  What computes is the library: a mini-batch
at a time, through a plan.

**How equal the numbers are.**  From the same weights an update differs from the book's by rounding
only (less than 1e-12; 100 updates, less than 1e-10).  A whole run is another matter: learning may
multiply small differences.  With chapter 1's network on MNIST (784-30-10, η = 3) the weights of two
programs that add up the same numbers in another order were 5e-7 apart after an epoch of 5,000
updates, and after the second they recognized 9,251 and 9,248 of the test images; with chapter 3's
(η = 0.5, λ = 5) they were 4e-14 apart after the first.  Both programs are right, as is the book's
own on two machines with different linear algebra: the accuracies are alike, not equal.

**What is not kept, since it is wrong or unstable there:**

- An input of shape ``(n,)`` instead of ``(n, 1)``, or such a bias or desired output, is refused.
  The book's program computes on, and by broadcasting gets a matrix of numbers without meaning.
- Learning from labels is refused where there are several output neurons: the book's program would
  take 7 for the desired output of all ten.
- σ(z) for very negative z and costs of saturated neurons give no warning.  The cross-entropy that
  :meth:`network2.Network.total_cost` reports is computed from the weighted inputs and stays right
  where an output is exactly 0 or 1; there the book's ``nan_to_num`` makes it 1.8e308.
  :meth:`network2.CrossEntropyCost.fn`, which is given nothing but the outputs, keeps that number.
- Python 2's division of integers: η = 3 means 3.0.

**What is kept though it is odd:**

- ``total_cost`` divides the penalty by the number of examples that it is given, not of those that
  were trained on, so that the cost of 10,000 evaluation examples gets five times the penalty of
  50,000 training examples.
- NaN and infinity in the examples are learned from without a word, and one NaN makes every weight
  NaN in the end; so do a learning rate or a λ that is far too large.

The library's own :class:`autograd_nn.Network` does neither.
"""
