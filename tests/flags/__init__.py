"""Tests of pinstripe_flags."""
