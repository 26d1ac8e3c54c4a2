"""One person's record: banner, overview, referral, tasks, offers, visits, packs and history."""
