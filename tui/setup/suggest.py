"""What to write in place of an entry that the gateway does not understand."""

from ipaddress import IPv4Network

_FEW = 4


def instead_of_cidr(address: str, bits: int) -> str | None:
    """An entry, or a few, that match what `10.0.0.0/8` means elsewhere; None where there is none.

    A network that ends within a part becomes a regular expression, which the gateway takes for all that has four parts.
    """
    try:
        network = IPv4Network((address, bits), strict=False)
    except ValueError:
        return None
    if bits == 0:
        return None
    begin = str(network.network_address).split(".")
    whole, rest = divmod(bits, 8)
    if not rest:
        return ".".join([*begin[:whole], "*"] if whole < 4 else begin)
    first = int(begin[whole])
    numbers = [str(number) for number in range(first, first + 2 ** (8 - rest))]
    if len(numbers) <= _FEW:
        tail = ["*"] if whole < 3 else []
        return ", and ".join(".".join([*begin[:whole], number, *tail]) for number in numbers)
    return ".".join([*begin[:whole], f"({'|'.join(numbers)})", *[r"\d+"] * (3 - whole)])
