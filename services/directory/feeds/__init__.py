"""Taking feeds in: the forms besides Open Referral JSON in which groups and councils keep their lists."""
