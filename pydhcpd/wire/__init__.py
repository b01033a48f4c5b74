"""Room: bytes on the wire: bounded reader, addresses, hardware, moments."""
