"""The ways out for an e-mail, one file each, all of one shape: ``send`` and ``look``."""
