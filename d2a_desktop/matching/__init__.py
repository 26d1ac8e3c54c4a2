"""Who goes to whom: live-in care workers matched to referrals."""
