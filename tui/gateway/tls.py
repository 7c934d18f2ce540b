"""Whom to believe: the TLS context for a gateway's address."""

import ssl
from pathlib import Path

from tui.domain.address import Address
from tui.gateway.errors import BadCertificateFile


def context_from(ca: Path) -> ssl.SSLContext:
    """A context that trusts the certificates of that PEM file and no others.

    Raises BadCertificateFile: no such file, not readable, or no certificate in it.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca))
    except ssl.SSLError:
        raise BadCertificateFile(
            f"{ca}: no certificate in it; expected PEM, with lines like -----BEGIN CERTIFICATE-----"
        ) from None
    except OSError as error:
        raise BadCertificateFile(f"{ca}: {error.strerror or error}; expected a readable PEM file") from None
    # The user named these certificates, so one of them that is no authority counts as well, and keytool's, which
    # lack the extensions that Python 3.13 began to ask for, are as good as they were on 3.11.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def default_context(address: Address) -> ssl.SSLContext:
    """No verification on loopback, where the shipped certificate could never pass; elsewhere the usual authorities."""
    if address.loopback:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    # httpx brings Mozilla's list; a company's own authority is only in the system's.
    context.load_default_certs()
    return context
