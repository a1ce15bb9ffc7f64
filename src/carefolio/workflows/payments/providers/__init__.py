"""Who moves the money: the desk, or Stripe; folders and files of one shape behind one port."""
