"""Need codes as printed on a slip: `N-`, seven signs of Crockford's 32, and one that checks them (Luhn's rule, modulo 32)."""
import secrets

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def check_sign(seven):
    """Luhn modulo 32: from the right every other sign counts twice, and a product of two digits counts as their sum."""
    total, double = 0, True
    for sign in reversed(seven):
        value = SIGNS.index(sign) * (2 if double else 1)
        total += value // 32 + value % 32
        double = not double
    return SIGNS[-total % 32]


def absent_code():
    """A well-formed code that, but for one chance in 34 thousand million, names nothing."""
    seven = "".join(secrets.choice(SIGNS) for _ in range(7))
    whole = seven + check_sign(seven)
    return f"N-{whole[:4]}-{whole[4:]}"


def is_well_formed(code):
    whole = code.removeprefix("N-").replace("-", "")
    return len(whole) == 8 and check_sign(whole[:7]) == whole[7]
