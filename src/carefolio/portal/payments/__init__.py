"""Bills to pay, receipts, fees, what a doctor earned."""
