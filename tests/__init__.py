"""Tests of Sapa; the folders under a kind (unit, integration, …) mirror the packages."""
