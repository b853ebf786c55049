#!/usr/bin/env python3
"""Writes autograd/numbers/lanes/coefficients.hpp: the polynomials by which lanes compute their functions, as Chebyshev
approximations from mpmath. Run as
python3 tools/lane_coefficients.py | clang-format --assume-filename=a.hpp > autograd/numbers/lanes/coefficients.hpp"""

from mpmath import mp, mpf

mp.dps = 40


def exp_tail(r):
    return (mp.expm1(r) - r) / r**2 if abs(r) > 1e-6 else sum(r**k / mp.factorial(k + 2) for k in range(8))


def log_tail(z):
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) / s - 2) / z if z > 1e-10 else sum(2 * z**k / (2 * k + 3) for k in range(6))


def erf_core(z):
    x = mp.sqrt(z)
    return (mp.erf(x) / x if z > 0 else 2 / mp.sqrt(mp.pi)) - 1


def erfc_core(q):
    """(1 + 2a) exp(a²) erfc(a) with q = (a - 4) / (a + 4)."""
    a = 4 * (1 + q) / (1 - q)
    return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)


def sin_tail(z):
    r = mp.sqrt(z)
    return (mp.sin(r) - r) / r**3 if z > 1e-6 else sum((-1) ** (k + 1) * z**k / mp.factorial(2 * k + 3) for k in range(8))


def cos_tail(z):
    r = mp.sqrt(z)
    return (mp.cos(r) - 1 + z / 2) / z**2 if z > 1e-6 else sum((-1) ** k * z**k / mp.factorial(2 * k + 4) for k in range(8))


HALF_LN2 = mp.log(2) / 2 * mpf("1.0001")
LOG_END = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mpf("1.0001")
QUARTER = (mp.pi / 4) ** 2 * mpf("1.0001")
# name, comment, function, interval, coefficients in double and in float
polynomials = [
    ("exp_tail", "(exp(r) - 1 - r) / r² in r, |r| <= ln(2) / 2", exp_tail, [-HALF_LN2, HALF_LN2], 10, 5),
    ("log_tail", "(2 atanh(s) / s - 2) / s² in s², |s| <= 0.1716", log_tail, [mpf(0), LOG_END], 7, 3),
    ("erf_core", "erf(x) / x - 1 in x², |x| <= 1", erf_core, [mpf(0), mpf(1)], 12, 7),
    ("erfc_core", "(1 + 2a) exp(a²) erfc(a) in (a - 4) / (a + 4), for all a that do not underflow", erfc_core, None,
     22, 11),
    ("sin_tail", "(sin(r) - r) / r³ in r², |r| <= pi / 4", sin_tail, [mpf(0), QUARTER], 6, 3),
    ("cos_tail", "(cos(r) - 1 + r² / 2) / r⁴ in r², |r| <= pi / 4", cos_tail, [mpf(0), QUARTER], 6, 3),
]


def fitted(name, f, interval, count, end):
    if interval is None:
        interval = [mpf(-1), mpf(end - 4) / (end + 4)]
    coefficients, error = mp.chebyfit(f, interval, count, error=True)
    return list(coefficients), error


def array(name, coefficients, cpp_type, digits):
    suffix = "f" if cpp_type == "float" else ""
    numbers = [mp.nstr(c, digits, strip_zeros=False, min_fixed=-2, max_fixed=5) + suffix for c in coefficients]
    lines, line = [], "     "
    for number in numbers:
        if len(line) + len(number) + 2 > 118:
            lines.append(line)
            line = "     "
        line += " " + number + ","
    lines.append(line.rstrip(",") + "};")
    return f"  static constexpr std::array<{cpp_type}, {len(numbers)}> {name}{{\n" + "\n".join(lines)


def main():
    from mpmath import __version__

    print(f"#pragma once\n\n#include <array>\n\n// Written by tools/lane_coefficients.py with mpmath {__version__}.\n\n"
          "namespace wengert::lanes {\n\n/// Polynomials, the highest power first; what they approximate and how "
          "closely stands above each.\ntemplate <class T>\nstruct Coefficients;")
    for cpp_type, digits, end, column in (("double", 19, 28, 4), ("float", 10, 11, 5)):
        print(f"\ntemplate <>\nstruct Coefficients<{cpp_type}> {{")
        for row in polynomials:
            coefficients, error = fitted(*row[:1], *row[2:4], row[column], end)
            print(f"  /// {row[1]}: within {mp.nstr(error, 2)}.")
            print(array(row[0], coefficients, cpp_type, digits))
        print("};")
    print("\n}  // namespace wengert::lanes")


main()
