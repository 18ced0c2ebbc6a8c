"""Tests of what trains networks, in memory."""
