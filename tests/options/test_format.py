"""Format strings, taken apart."""

from pydhcpd.options.format import Format, Item, parse_format


def test_arrays_of_a_record_and_of_its_last_item() -> None:
    address = Item("I", "", False, False)
    assert parse_format("IIA") == Format((address, address), True)
    assert parse_format("fIa") == Format(
        (Item("f", "", False, False), Item("I", "", True, False)), False
    )


def test_named_items() -> None:
    assert parse_format("Evendor-class.").items == (Item("E", "vendor-class", False, False),)
    assert parse_format("E.").items == (Item("E", "", False, False),)
    assert parse_format("Nstatus-codes.to").items == (
        Item("N", "status-codes", False, False),
        Item("t", "", False, True),
    )


def test_compressed_domain_list() -> None:
    assert parse_format("BDc").items[-1] == Item("Dc", "", False, False)
    assert parse_format("BD").items[-1] == Item("D", "", False, False)
