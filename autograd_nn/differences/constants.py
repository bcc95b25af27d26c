"""The constants of the gradient check: name, value, and what it was chosen by.

A step or a distance is a multiple of the element's own size (its reach), unless something else is
said.
"""

import numpy as np

# numbers
EPSILON = float(np.finfo(np.float64).eps)  # the spacing of float64 at 1
SMALLEST = 2.0**-1064  # 1,000 times the smallest float: what a sum of underflowed terms may lack
SHORTEST = 2.0**-900  # the least reach: small enough for any array, and its parts are still floats
ROUND_OFF = 64 * EPSILON  # relative; what a few dozen operations lose
DIGITS_LOST = 1e8  # how much larger than both ends an intermediate is that costs half the digits

# one table of central differences (``central``)
LEVELS, RATIO = 3, 4.0  # h, h/4, h/16 cancel the terms in h² and h⁴; a fourth level adds round-off
FINEST = RATIO ** (1 - LEVELS)  # the last step of a table in units of its first
FIRST = 2.0**-6  # h: truncation h⁶ ≈ 10⁻¹¹ and round-off ε/(h/16) ≈ 10⁻¹³ are both small
BENT = 0.3  # fine second difference over the coarse one: 1/16 at a curve, 1 at a kink
SEEN_BEND = 1e-3  # of the slope: a smaller bend is within what the error estimate covers
REMEMBERED = 2**22  # numbers remembered of one line: 32 MB

# one line measured with care (``settling``, ``probe``)
FIRSTS = tuple(2.0**k for k in (1, -2, -6, -12, -18, -24))  # from beyond the element to about √ε
LONG = 3  # the first so many are long: what does not move over them does not depend on the element
NOISE_STEPS = (2.0**-14, 2.0**-18, 2.0**-26)  # of h: straight; a kink shrinks 16-fold; near a pole
UNLIKE = 2.0**-20  # of h: below it the smallest element of a direction is unlike the others
SETTLED = 1e-4  # relative error: below it tries are ranked by relative error, else by absolute

# roughness and stairs (``smoothness``)
POINTS, DEGREE = 16, 6  # a side: ten points more than terms, so that a misfit shows
SWINGS = 0.01  # misfit over movement above which no curve can be seen
FINE = 1e-11  # of the movement: lower stairs are round-off
SEEN = 0.03  # of the largest intermediate's round-off: a misfit at two scales is that round-off
RESTS = 3  # a maximum or a clip rests at one or two places, stairs at more
CHECKED_POINTS = 6  # in a table's place: six misfits below round-off by chance are no risk
COARSE = 1.234 * 2.0**-20  # no power of two: numbers with few bits would hide their stairs
SPACINGS = tuple(1.234 * 2.0**-k for k in range(26, 41, 2))  # from float32's units/8 down
ROW = 65  # at one of the spacings, each a fourth of the last, so many points show two stairs
RESULTS_SEEN = 256  # enough of a large result to show stairs that it all has

# slopes from each side, and around (``kinks``)
SIDES_FIRSTS = tuple(2.0**-k for k in (8, 14, 20, 26, 34))  # down to kinks 10⁻¹³ away
KINKED = 1e-3  # error over the difference of the sides: below it the sides do differ
KINK_NATURAL = 1e-9  # of the natural slope: a smaller difference is round-off
AROUND = 48  # random points: each of a few tied elements comes first at some of them
NEAR = (  # how far the points are, and the step of their slopes; the nearest that resolves counts
    (2.0**-36, 2.0**-44),
    (2.0**-24, 2.0**-32),
    (2.0**-12, 2.0**-24),
    (2.0**-6, 2.0**-14),
)
PAIRS, PAIRS_STEP = 8, 2.0**-16  # pairs of moves: one pair misses half of the ties of two elements

# the judgement (``gradient_check.judge``)
MARGIN, RELATIVE = 10.0, 1e-9  # tolerance: ten measured errors, and 1e-9 of what was added up
NOTHING = 1e-17  # of the largest gradient: round-off of a claim where nothing moves
UNDERFLOW = 1e-290  # an error below this is that of numbers too small to be represented
PLAIN = 1e3  # errors: a claim so far off on a smooth curve is wrong; a second look changes nothing
ROUGH_ERROR = 1e-7  # of the slope: a smooth function's first table does better
CONFIRM = 3  # wrong lines to confirm before the rest is believed
DOUBTED = 24  # lines found too rough, and none wrong, before the rest is not believed
KNOWN = 1e-7  # relative error needed to accept what the first look refuted
FEW = 4  # elements of a large argument that stand for all when stairs are looked for
KINKS = 8  # kinks confirmed between the steps before others are believed
OWN_NOISE = 1e-10  # of the natural slope: a claim that moves more is unstable, not rounded
EVERY_RESULT, GAUSSIAN = 16, 2  # results looked at one by one; random cotangents besides
DIRECTIONS, SAMPLED = 4, 32  # of a large argument: the chance to miss falls with the fourth power
JACOBIAN = 250_000  # elements: the whole Jacobian is kept up to 2 MB
CHUNK, LINES = 200_000, 512  # numbers held at a time (1.6 MB), and lines for one worker
TIE_NEAR, TIE_STEP = 2.0**-12, 2.0**-24  # neighbours of a tie, and a step that does not reach them
TIES = 64  # kinks compared with each other, in pairs
EVERY_ELEMENT, SMALL = 2_000, 256  # elements checked one by one: of all arguments, else of each

# the laws (``gradient_check.judge.laws``, ``float32``)
APART, ROUND = 1e-6, 1e-9  # of the gradient, of what is natural: what a subtraction loses
LAST_BITS = 1e-13  # a BLAS may add in another order where an array lies elsewhere in memory
FLOAT32_NEAR = 2.0**-18  # a move of 32 float32 units: float32 still sees it
STAIRS_SEEN, STAIRS_PLAIN = 2.0**-40, 2.0**-28  # relative heights: that matter; that float32 makes
