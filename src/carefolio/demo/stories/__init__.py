"""The stories of a life with an illness, one file each; `tell(chart)` writes one into a chart."""
