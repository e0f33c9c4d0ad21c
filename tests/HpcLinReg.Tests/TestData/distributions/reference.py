"""Makes reference.csv: tails of Student's t and Fisher's F, and t quantiles, to 20 digits. Needs mpmath.

A tail is prefix * sum of the power series of the incomplete beta function (DLMF 8.17.8, terms all positive) in the smaller
of x and 1 - x, with so many digits that the complement keeps 40. A quantile is the root of log p, by Newton's method.
Arguments are doubles; their exact values enter.

    python3 reference.py > reference.csv
"""
from mpmath import mp, mpf, log, exp, expm1, loggamma, sqrt, nstr


def series(a, b, x, y):
    """I_x(a, b) = x^a y^b / (a B(a,b)) * sum over n of (a+b)_n / (a+1)_n x^n."""
    term, total, n = mpf(1), mpf(1), 0
    while True:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
        ratio = (a + b + n) / (a + 1 + n) * x
        if ratio < 1 and term / (1 - ratio) < total * mpf(10) ** (-mp.dps):
            return exp(a * log(x) + b * log(y) - log(a) - loggamma(a) - loggamma(b) + loggamma(a + b)) * total


def upper_tail(f, d1, d2):
    """P(F > f) with at least 40 digits, of it and of its complement."""
    digits = 60
    while True:
        mp.dps = digits + 20
        f_, d1_, d2_ = mpf(f), mpf(d1), mpf(d2)
        a, b = d2_ / 2, d1_ / 2
        x, y = d2_ / (d2_ + d1_ * f_), d1_ * f_ / (d2_ + d1_ * f_)
        if x <= y:
            upper = series(a, b, x, y)
            lower = 1 - upper
        else:
            lower = series(b, a, y, x)
            upper = 1 - lower
        least = min(upper, lower)
        if least > 0 and -log(least, 10) < digits - 40:
            return upper, lower
        digits = int(digits * 1.7)


def log_upper_tail(f, d1, d2):
    upper, lower = upper_tail(f, d1, d2)
    return mp.log1p(-lower) if lower < mpf("1e-10") else log(upper)


def quantile(level, nu):
    """t with P(|T| <= t) = level: Newton's method for log of the smaller of the two probabilities over log t."""
    mp.dps = 50
    inside = mpf(level)
    outside = 1 - inside
    small_outside = outside <= inside
    target = log(outside if small_outside else inside)
    nu_ = mpf(nu)
    s = log(sqrt(nu_ * expm1(-2 * log(outside) / nu_)))
    if s > 1:
        s -= mpf(1) / 100
    low, high = s - 80, s + 80
    for _ in range(300):
        mp.dps = 50
        t = exp(s)
        upper, lower = upper_tail(t * t, 1, nu)
        mp.dps = 50
        density = 2 * t * exp(loggamma((nu_ + 1) / 2) - loggamma(nu_ / 2) - log(nu_ * mp.pi) / 2 - (nu_ + 1) / 2 * mp.log1p(t * t / nu_))
        if small_outside:
            step = (log(upper) - target) / (density / upper)
        else:
            step = -(log(lower) - target) / (density / lower)
        moved = s + step
        if abs(step) < mpf(10) ** -25:
            return exp(moved)
        low, high = (s, high) if step > 0 else (low, s)
        s = moved if low < moved < high else (low + high) / 2
    raise ValueError((level, nu))


NUS = [0.5, 0.8, 1.0, 1.37, 2.0, 3.0, 4.5, 7.3, 10.0, 19.0, 31.8, 100.0, 317.25, 1000.0, 12345.6, 1e5, 1e6, 23456789.5, 1e8]
TS = [1e-9, 0.02, 0.4, 0.99, 1.0, 1.01, 1.3, 1.7321, 1.96, 2.6, 4.0, 6.5, 11.0, 18.0, 26.5, 33.3, 37.5, 40.0]
FAR = [(1e3, 0.5), (1e10, 1.37), (1e40, 2.0), (1e120, 1.0), (1e180, 0.5), (1e60, 10.0), (250.0, 317.25), (90.0, 12345.6), (1e-120, 3.0), (1e-200, 1e6)]
FS = [(d1, d2, f)
      for d1 in (1.0, 2.0, 3.0, 5.5, 12.0, 40.0, 150.0, 1000.0)
      for d2 in (0.5, 2.0, 11.0, 50.5, 333.0, 4000.0, 1e6, 1e8)
      for f in (1e-6, 0.3, 0.85, 0.999, 1.0, 1.2, 2.5, 9.0, 30.0)
      if d1 * f < 3000 or d2 < 5000]
LEVELS = [1e-9, 0.05, 0.3, 0.5, 0.6827, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12]


def tail(kind, argument, d1, d2):
    mp.dps = 800
    f = mpf(argument) ** 2 if kind == "t" else argument
    value = log_upper_tail(f, d1, d2)
    print(kind, repr(argument), d1, repr(d2), nstr(exp(value), 20), nstr(value, 20), sep=",", flush=True)


def main():
    print("# Written by reference.py beside this file (mpmath, at least 40 digits). All arguments are doubles.")
    print("# t,t,1,nu: P(|T| > t) and its logarithm. f,f,d1,d2: P(F > f) and its logarithm. quantile,level,1,nu: t with P(|T| <= t) = level.")
    for nu in NUS:
        for t in TS:
            tail("t", t, 1.0, nu)
    for t, nu in FAR:
        tail("t", t, 1.0, nu)
    for d1, d2, f in FS:
        tail("f", f, d1, d2)
    for nu in NUS:
        for level in LEVELS:
            print("quantile", repr(level), 1.0, repr(nu), nstr(quantile(level, nu), 20), "", sep=",")


main()
