"""The constants of the gradient check: each with its value, and what it was chosen by.

Sizes are in units of how large an argument's element is, unless something else is said.
"""

import numpy as np

# numbers
EPSILON = float(np.finfo(np.float64).eps)  # the spacing of float64 at 1
SMALLEST = 2.0**-1064  # 1,000 times the least number: what sums of underflowed terms may lack
SHORTEST = 2.0**-900  # the least reach of a line: its parts still are numbers
ROUND_OFF = 64 * EPSILON  # of arguments and results: what a few dozen operations may lose
DIGITS_LOST = 1e8  # something on the way so much larger than both ends: half of all digits

# one table of central differences (``central``)
LEVELS, RATIO = 3, 4.0  # steps h, h/4, h/16: the terms in h² and h⁴ go, more would add round-off
FINEST = RATIO ** (1 - LEVELS)  # the last step of a table, in units of its first
FIRST = 2.0**-6  # h: an error of h⁶ is then 10⁻¹¹, and round-off at h/16 about 10⁻¹³
BENT = 0.3  # of the second difference at h is left at h/16: 1/16 of a curve's, all of a kink's
SEEN_BEND = 1e-3  # of the slope: a smaller bend is left to the error estimate
REMEMBERED = 2**22  # numbers to keep of one line, 32 MB

# one line with care (``settling``, ``probe``)
FIRSTS = tuple(2.0**k for k in (1, -2, -6, -12, -18, -24))  # from beyond the argument to √ε
LONG = 3  # of these are so long that what does not move over them does not depend on the argument
NOISE_STEPS = (2.0**-14, 2.0**-18, 2.0**-26)  # of h: a line, a kink told from noise, near a pole
UNLIKE = 2.0**-20  # of h: elements of so different sizes are on one direction
SETTLED = 1e-4  # relative error below which relative errors are compared, not absolute ones

# what is no smooth curve (``smoothness``)
POINTS, DEGREE = 16, 6  # on each side: ten more points than terms show what none can have
SWINGS = 0.01  # of how far it moves is off the curve: there is no curve to be seen
FINE = 1e-11  # of how far it moves at all: stairs so low are round-off
SEEN = 0.03  # of the round-off of what is largest on the way: seen at two scales it is everywhere
RESTS = 3  # places to rest at make stairs; a maximum and a clip have one or two
CHECKED_POINTS = 6  # at random, for a curve as smooth as round-off: fewer than a measurement takes
COARSE = 1.234 * 2.0**-20  # no power of two: between numbers of few bits stairs are not seen
SPACINGS = tuple(
    1.234 * 2.0**-k for k in range(26, 41, 2)
)  # an eighth of float32's units, and less
ROW = 65  # points: two stairs or more at one of the spacings, which are 4 apart
RESULTS_SEEN = 256  # so many results are looked at for stairs

# slopes from each side (``kinks``)
SIDES_FIRSTS = tuple(2.0**-k for k in (8, 14, 20, 26, 34))  # down to kinks 10⁻¹³ away
KINKED = 1e-3  # of the difference of the sides: the error below which it counts
KINK_NATURAL = 1e-9  # of the natural slope: a smaller difference is round-off
AROUND = 48  # points around: enough to have each of a few tied elements in front
NEAR = (  # how far they are, and how far apart their slopes are taken: as near as can be first
    (2.0**-36, 2.0**-44),
    (2.0**-24, 2.0**-32),
    (2.0**-12, 2.0**-24),
    (2.0**-6, 2.0**-14),
)
PAIRS, PAIRS_STEP = 8, 2.0**-16  # of small moves: one pair misses half of the ties of two

# the judgement (``gradient_check.judge``)
MARGIN, RELATIVE = 10.0, 1e-9  # tolerance: 10 measured errors and 1e-9 of what was added up
NOTHING = 1e-17  # of an argument's largest gradient: claimed where nothing moves it is round-off
UNDERFLOW = 1e-290  # an error below this is that of numbers too small to be held
PLAIN = 1e3  # errors off on a smooth curve: wrong, and no second measurement will change it
ROUGH_ERROR = 1e-7  # of the slope: a larger error of a table that did not settle is measured again
CONFIRM = 3  # wrong lines are looked at again before the rest is believed,
DOUBTED = 24  # and so many that cannot be measured, if none is wrong, before the rest is not
KNOWN = 1e-7  # what was refuted first is not accepted then for want of digits
FEW = 4  # elements to try for many
KINKS = 8  # so many that are none but stairs are looked for
OWN_NOISE = 1e-10  # of what is natural: a claim that moves more under round-off is unstable
EVERY_RESULT, GAUSSIAN = 16, 2  # up to 16 results each is looked at alone; and random cotangents
DIRECTIONS, SAMPLED = 4, 32  # of a large argument: a wrong element passes four faint looks
JACOBIAN = 250_000  # elements: up to so many the whole Jacobian is kept, for the diagnosis
CHUNK, LINES = 200_000, 512  # numbers to hold at a time, and lines for a worker at a time
TIE_NEAR, TIE_STEP = 2.0**-12, 2.0**-24  # how far neighbours of a tie are, and a slope's step there
TIES = 64  # kinks to compare with each other
EVERY_ELEMENT = 2_000  # arguments of up to so many elements together are checked one by one,
SMALL = 256  # and in larger company those of up to so many

# the laws (``gradient_check.judge.laws``, ``float32``)
APART, ROUND = 1e-6, 1e-9  # of the gradient, of what is natural: what subtracts loses digits
LAST_BITS = 1e-13  # the order in which a BLAS adds may depend on where in memory an array lies
FLOAT32_NEAR = 2.0**-18  # a move that float32 still sees, by some 64 of its units
STAIRS_SEEN, STAIRS_PLAIN = 2.0**-40, 2.0**-28  # that matter, and that float32 alone explains
