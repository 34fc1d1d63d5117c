"""What values of the configuration are allowed, beyond what the whole configuration shows."""

from __future__ import annotations

import zoneinfo

import pytest

from sapa import keys


@pytest.mark.parametrize(
    ("written", "meant"),
    [("WIB", "Asia/Jakarta"), ("wita", "Asia/Makassar"), ("Wit", "Asia/Jayapura"), ("Asia/Medan", "Asia/Jakarta")],
)
def test_an_indonesian_name_of_a_zone_is_told_the_right_one(written: str, meant: str) -> None:
    with pytest.raises(keys.BadValueError, match=f'the nearest is "{meant}"'):
        keys.time_zone(written)


def test_the_indonesian_names_lead_to_zones_that_there_are() -> None:
    assert set(keys.INDONESIAN_ZONES.values()) <= zoneinfo.available_timezones()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1%eth0", "localhost", "crm.example.org"])
def test_addresses_and_names_are_hosts(host: str) -> None:
    assert keys.host(host) == host


@pytest.mark.parametrize("value", ["", " ", "127.0.0.1:8700", "http://localhost", "[::1]", "a..b", "-x", "é", 7])
def test_what_is_no_host_is_refused_with_those_that_are_usual(value: object) -> None:
    with pytest.raises(keys.BadValueError, match=r"127\.0\.0\.1"):
        keys.host(value)
