#!/usr/bin/env python3
"""Writes functions.csv: every elementwise function and loss and its first three derivatives at points over its whole
domain, with mpmath in 60 digits, of which 20 are kept. Run as `python3 functions.py > functions.csv`.

A line is `function,x,f,f',f'',f'''`. x is exact, the shortest digits that read back as it; `none` stands where there is
no number to compare with, at kinks and outside the domain. Points that are floats serve float and double. `pow_2.5` is
x to the power of 2.5."""

import random
import struct

from mpmath import mp, mpf, inf, isinf, isnan

mp.dps = 60
nan = mpf("nan")
random.seed(1951)


def as_float(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def bell(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def of_exp(x):
    return [mp.exp(x)] * 4


def of_log(x):
    return [mp.log(x), 1 / x, -1 / x**2, 2 / x**3]


def of_log1p(x):
    return [mp.log1p(x), 1 / (1 + x), -1 / (1 + x) ** 2, 2 / (1 + x) ** 3]


def of_expm1(x):
    return [mp.expm1(x)] + [mp.exp(x)] * 3


def of_sqrt(x):
    return of_power(mpf(1) / 2)(x)


def of_rsqrt(x):
    return of_power(-mpf(1) / 2)(x)


def of_tanh(x):
    t, s = mp.tanh(x), mp.sech(x) ** 2
    return [t, s, -2 * t * s, 4 * t * t * s - 2 * s * s]


def of_sigmoid(x):
    p, q = sigmoid(x), sigmoid(-x)
    return [p, p * q, p * q * (q - p), p * q * (q - p) ** 2 - 2 * (p * q) ** 2]


def of_softplus(x):
    return [mp.log1p(mp.exp(x))] + of_sigmoid(x)[:3]


def of_erf(x):
    slope = 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)
    return [mp.erf(x), slope, -2 * x * slope, (4 * x * x - 2) * slope]


def far(x, at_the_right):
    """What is reached where exponentials of -x² need no digits any more, or None."""
    if abs(x) < 1e6:
        return None
    return at_the_right if x > 0 else [mpf(0)] * 4


def of_gaussian(x):
    g = mp.exp(-x * x) if abs(x) < 1e6 else mpf(0)
    return [g, -2 * x * g, (4 * x * x - 2) * g, (12 * x - 8 * x**3) * g]


def of_normal_density(x):
    b = bell(x) if abs(x) < 1e6 else mpf(0)
    return [b, -x * b, (x * x - 1) * b, (3 * x - x**3) * b]


def of_normal_cdf(x):
    return far(x, [mpf(1), 0, 0, 0]) or [mp.erfc(-x / mp.sqrt(2)) / 2] + of_normal_density(x)[:3]


def of_sigmoid_slope(x):
    s, d = sigmoid(x) * sigmoid(-x), sigmoid(-x) - sigmoid(x)
    return [s, s * d, s * d * d - 2 * s * s, s * d**3 - 8 * s * s * d]


def of_sin(x):
    return [mp.sin(x), mp.cos(x), -mp.sin(x), -mp.cos(x)]


def of_cos(x):
    return [mp.cos(x), -mp.sin(x), -mp.cos(x), mp.sin(x)]


def of_square(x):
    return [x * x, 2 * x, mpf(2), mpf(0)]


def of_silu(x):
    p = of_sigmoid(x)
    return [x * p[0]] + [k * p[k - 1] + x * p[k] for k in (1, 2, 3)]


def of_gelu(x):
    return far(x, [x, mpf(1), 0, 0]) or [x * mp.erfc(-x / mp.sqrt(2)) / 2, mp.erfc(-x / mp.sqrt(2)) / 2 + x * bell(x),
                                             (2 - x * x) * bell(x), (x**3 - 4 * x) * bell(x)]


def of_silu_slope(x):
    return of_silu(x)[1:] + [4 * of_sigmoid(x)[3] + x * of_sigmoid_slope(x)[3]]


def of_gelu_slope(x):
    return far(x, [mpf(1), 0, 0, 0]) or of_gelu(x)[1:] + [(7 * x * x - x**4 - 4) * bell(x)]


def of_clip(x):
    return [x, mpf(1), 0, 0] if -1 <= x <= 2 else [mpf(-1 if x < -1 else 2), 0, 0, 0]


def of_power_of(base):
    return lambda x: [base**x * mp.log(base) ** k for k in range(4)]


def of_logits(yes, no):
    """The cross-entropy of the logits x and 0 with these shares as targets: yes softplus(-x) + no softplus(x)."""
    return lambda x: [yes * (-1) ** k * of_softplus(-x)[k] + no * of_softplus(x)[k] for k in range(4)]


def of_classes(yes, no):
    """The same, whose third derivative is at 0 what is left of two halves."""
    loss = of_logits(yes, no)
    return lambda x: loss(x) if abs(x) > 0.01 else loss(x)[:3] + [None]


def of_probability(yes, no):
    """The same of the probability x, without slope where Keras clips it."""
    def loss(x):
        p = max(x, mpf(10) ** -7)
        slopes = [-yes / p + no / (1 - p), yes / p**2 + no / (1 - p) ** 2, -2 * yes / p**3 + 2 * no / (1 - p) ** 3]
        return [-yes * mp.log(p) - no * mp.log1p(-p)] + (slopes if p == x else [mpf(0)] * 3)

    return loss


def of_huber(x):
    d = x - 1  # the target is 1, and so is delta
    if abs(abs(d) - 1) < 1e-6:  # so close to the joint d is rounded to it
        return [d * d / 2 if abs(d) < 1 else abs(d) - mpf(1) / 2, None, None, None]
    return [d * d / 2, d, mpf(1), 0] if abs(d) < 1 else [abs(d) - mpf(1) / 2, mp.sign(d), 0, 0]


def pieces(at_most_0, above_0):
    return lambda x: above_0(x) if x > 0 else at_most_0(x)


def line(slope):
    return lambda x: [slope * x, mpf(slope), mpf(0), mpf(0)]


def of_power(n):
    def power(x):
        if n == int(n) and n >= 0:
            n_ = int(n)
            return [x**n_, n * x ** (n_ - 1) if n_ > 0 else mpf(0), n * (n - 1) * x ** (n_ - 2) if n_ > 1 else mpf(0),
                    n * (n - 1) * (n - 2) * x ** (n_ - 3) if n_ > 2 else mpf(0)]
        n_ = int(n) if n == int(n) else n
        return [x**n_, n * x ** (n_ - 1), n * (n - 1) * x ** (n_ - 2), n * (n - 1) * (n - 2) * x ** (n_ - 3)]

    return power


nothing = [None] * 3
# The function, where it is defined, what it is at 0 (None: as elsewhere), at inf and at -inf.
table = {
    "exp": (of_exp, lambda x: True, None, [inf] * 4, [0] * 4),
    "log": (of_log, lambda x: x > 0, [-inf, inf, -inf, inf], [inf, 0, 0, 0], [nan] + nothing),
    "log1p": (of_log1p, lambda x: x > -1, None, [inf, 0, 0, 0], [nan] + nothing),
    "expm1": (of_expm1, lambda x: True, None, [inf] * 4, [-1, 0, 0, 0]),
    "sqrt": (of_sqrt, lambda x: x > 0, [0, inf, -inf, inf], [inf, 0, 0, 0], [nan] + nothing),
    "rsqrt": (of_rsqrt, lambda x: x > 0, [inf, -inf, inf, -inf], [0, 0, 0, 0], [nan] + nothing),
    "tanh": (of_tanh, lambda x: True, None, [1, 0, 0, 0], [-1, 0, 0, 0]),
    "sigmoid": (of_sigmoid, lambda x: True, None, [1, 0, 0, 0], [0] * 4),
    "softplus": (of_softplus, lambda x: True, None, [inf, 1, 0, 0], [0] * 4),
    "erf": (of_erf, lambda x: True, None, [1, 0, 0, 0], [-1, 0, 0, 0]),
    "sigmoid_slope": (of_sigmoid_slope, lambda x: True, None, [0] * 4, [0] * 4),
    "gaussian": (of_gaussian, lambda x: True, None, [0] * 4, [0] * 4),
    "normal_density": (of_normal_density, lambda x: True, None, [0] * 4, [0] * 4),
    "normal_cdf": (of_normal_cdf, lambda x: True, None, [1, 0, 0, 0], [0] * 4),
    "sin": (of_sin, lambda x: True, None, [nan] + nothing, [nan] + nothing),
    "cos": (of_cos, lambda x: True, None, [nan] + nothing, [nan] + nothing),
    "square": (of_square, lambda x: True, None, [inf, inf, 2, 0], [inf, -inf, 2, 0]),
    "silu": (of_silu, lambda x: True, None, [inf, 1, 0, 0], [0] * 4),
    "gelu": (of_gelu, lambda x: True, None, [inf, 1, 0, 0], [0] * 4),
    "abs": (pieces(line(-1), line(1)), lambda x: True, [0, 0, 0, 0], [inf, 1, 0, 0], [inf, -1, 0, 0]),
    "sign": (pieces(lambda x: [mpf(-1), 0, 0, 0], lambda x: [mpf(1), 0, 0, 0]), lambda x: True, [0] * 4, [1, 0, 0, 0],
             [-1, 0, 0, 0]),
    "relu": (pieces(line(0), line(1)), lambda x: True, None, [inf, 1, 0, 0], [0] * 4),
    "leaky_relu_0.25": (pieces(line(mpf(1) / 4), line(1)), lambda x: True, None, [inf, 1, 0, 0],
                        [-inf, mpf(1) / 4, 0, 0]),
    "elu_1": (pieces(of_expm1, line(1)), lambda x: True, None, [inf, 1, 0, 0], [-1, 0, 0, 0]),
    "pow_2": (of_power(2), lambda x: True, None, [inf, inf, 2, 0], [inf, -inf, 2, 0]),
    "pow_3": (of_power(3), lambda x: True, None, [inf, inf, inf, 6], [-inf, inf, -inf, 6]),
    "pow_1": (of_power(1), lambda x: True, [0, 1, 0, 0], [inf, 1, 0, 0], [-inf, 1, 0, 0]),
    "pow_0": (of_power(0), lambda x: True, [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]),
    "pow_-1": (of_power(-1), lambda x: x != 0, [inf, -inf, inf, -inf], [0] * 4, [0] * 4),
    "pow_0.5": (of_power(mpf(1) / 2), lambda x: x > 0, [0, inf, -inf, inf], [inf, 0, 0, 0], None),
    "pow_2.5": (of_power(mpf(5) / 2), lambda x: x > 0, [0, 0, 0, inf], [inf, inf, inf, 0], None),
    "silu_slope": (of_silu_slope, lambda x: True, None, [1, 0, 0, None], [0, 0, 0, None]),  # no fourth order of silu
    "gelu_slope": (of_gelu_slope, lambda x: True, None, [1, 0, 0, 0], [0] * 4),
    "clip_-1_2": (of_clip, lambda x: True, None, [2, 0, 0, 0], [-1, 0, 0, 0]),
    "pow_of_2.5": (of_power_of(mpf(5) / 2), lambda x: True, None, [inf] * 4, [0] * 4),
    # Losses of one sample: what they are for the output x.
    "binary_cross_entropy_1": (of_logits(1, 0), lambda x: True, None, [0] * 4, [inf, -1, 0, 0]),
    "binary_cross_entropy_0": (of_logits(0, 1), lambda x: True, None, [inf, 1, 0, 0], [0] * 4),
    "binary_cross_entropy_0.25": (of_logits(mpf(1) / 4, mpf(3) / 4), lambda x: True, None, [inf, mpf(3) / 4, 0, 0],
                                  [inf, -mpf(1) / 4, 0, 0]),
    "binary_cross_entropy_from_probabilities_1": (of_probability(1, 0), lambda x: 0 <= x < 1, None, None, None),
    "binary_cross_entropy_from_probabilities_0": (of_probability(0, 1), lambda x: 0 <= x < 1, None, None, None),
    "cross_entropy_0": (of_classes(1, 0), lambda x: True, None, [0] * 4, [inf, -1, 0, 0]),
    "cross_entropy_1": (of_classes(0, 1), lambda x: True, None, [inf, 1, 0, 0], [0] * 4),
    "cross_entropy_smoothing_0.25": (of_classes(mpf(7) / 8, mpf(1) / 8), lambda x: True, None, [inf] + nothing,
                                     [inf] + nothing),
    "categorical_cross_entropy_0.75": (of_classes(mpf(3) / 4, mpf(1) / 4), lambda x: True, None, [inf] + nothing,
                                       [inf] + nothing),
    "mse_1": (lambda x: [(x - 1) ** 2, 2 * (x - 1), mpf(2), 0], lambda x: True, None, [inf, inf, 2, 0],
              [inf, -inf, 2, 0]),
    "mae_1": (lambda x: [abs(x - 1), mp.sign(x - 1), 0, 0], lambda x: True, None, [inf, 1, 0, 0], [inf, -1, 0, 0]),
    "huber_1": (of_huber, lambda x: True, None, [inf, 1, 0, 0], [inf, -1, 0, 0]),
}

tiny = [2.0**-149, 2.0**-127, 2.0**-126, as_float(1e-30), as_float(1e-20), as_float(1e-10), as_float(1e-7),
        as_float(1e-5), as_float(1e-3)]
huge = [as_float(v) for v in (1e3, 1e4, 1e5, 123456.789, 1e8, 1e12, 1e20, 1e30)] + [3.4028234663852886e38]
tiny_doubles = [2.0**-1074, 2.0**-1060, 2.0**-1023, 2.0**-1022, 1e-300, 1e-200, 1e-100, 1e-50]
huge_doubles = [1e15, 1e50, 1e100, 1e153, 1e200, 1e308, 1.7976931348623157e308]
middle = [0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.35, 0.45, 0.5, 0.55, 0.625, 0.7, 0.75, 0.9, 0.999, 1.0, 1.001, 1.25, 1.5,
          1.75, 2.0, 2.24, 2.5, 2.9, 3.0, 3.5, 3.9, 4.2, 5.0, 5.5, 5.9, 6.5, 7.0, 8.0, 8.3, 9.0, 9.1, 10.0, 12.0, 13.2,
          14.0, 16.6, 17.0, 18.0, 20.0, 22.0, 26.2, 27.0, 30.0, 36.0, 37.4, 38.0, 40.0, 50.0, 60.0, 80.0, 87.0, 87.3,
          88.0, 88.5, 88.7, 88.72, 89.0, 95.0, 100.0, 103.0, 103.97, 104.0]
middle_doubles = [0.1, 0.3, 2.24, 26.5, 27.2, 37.42994775, 38.4, 300.0, 350.0, 372.0, 400.0, 600.0, 690.0, 700.0, 708.0,
                  708.39, 708.4, 709.0, 709.5, 709.7, 709.78, 709.782712893384, 709.7827128933841, 710.0, 720.0, 740.0,
                  745.0, 745.13, 746.0, 1.5707963267948966, 3.141592653589793, 6.283185307179586, 314.1592653589793,
                  355.0, 1e4 / 3]
roots = [1.5707964, 3.1415927, 22.0, 355.0, 103993.0]


def points():
    floats = tiny + [as_float(v) for v in middle + roots] + huge
    floats += [as_float(random.uniform(0, scale)) for scale in (1, 4, 10, 30, 100) for _ in range(4)]
    doubles = tiny_doubles + middle_doubles + huge_doubles
    doubles += [random.uniform(0, scale) for scale in (1, 4, 10, 40, 700) for _ in range(4)]
    both = sorted(set(floats + doubles))
    return [-float("inf")] + [-x for x in reversed(both)] + [-0.0, 0.0] + both + [float("inf")]


def text(value):
    if value is None:
        return "none"
    value = mpf(value)
    if isnan(value):
        return "nan"
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0 or abs(value) < mpf(10) ** -4900:  # what a long double holds
        return "0"
    if abs(value) > mpf(10) ** 4900:
        return "inf" if value > 0 else "-inf"
    return mp.nstr(value, 20, strip_zeros=True, min_fixed=-3, max_fixed=6).removesuffix(".0")


def values(name, x):
    f, is_inside, at_0, at_inf, at_minus_inf = table[name]
    if isinf(mpf(x)):  # None: it is refused there
        return at_inf if x > 0 else at_minus_inf
    if x == 0 and at_0 is not None:
        return at_0 if str(x)[0] != "-" else [at_0[0]] + nothing if name not in ("rsqrt", "pow_-1") else None
    if not is_inside(x):
        if "probabilities" in name:
            return None
        return [nan] + nothing if x < 0 and name in ("log", "sqrt", "rsqrt") or x < -1 else None
    extra = 0 if abs(x) > 1e-10 else 330 if abs(x) < 1e-60 else 60
    with mp.workdps(60 + extra):
        return [+v if v is not None else None for v in f(mpf(x))]


def main():
    from mpmath import __version__

    print(f"# written by functions.py with mpmath {__version__}")
    points_of_all = points()
    for name in table:
        simple = name in ("abs", "sign", "relu", "leaky_relu_0.25", "square", "pow_0", "pow_1", "pow_2",
                          "clip_-1_2")
        is_loss = "cross_entropy" in name and "probabilities" not in name or name in ("mse_1", "mae_1", "huber_1")
        for x in points_of_all[:: 5 if simple else 3 if is_loss else 1]:
            row = values(name, x)
            if row is None:
                continue
            if x == 0 and name in ("relu", "leaky_relu_0.25"):
                row = [0] + nothing if name == "leaky_relu_0.25" else row
            print(",".join([name, repr(float(x)).removesuffix(".0")] + [text(v) for v in row]))


main()
