"""A person in the coarsest codes that serve those who plan services."""

AGE_BANDS = (
    (17, "under-18"),
    (29, "18-to-29"),
    (44, "30-to-44"),
    (64, "45-to-64"),
    (79, "65-to-79"),
)


def coarse_age_band(age: int) -> str:
    return next((band for oldest, band in AGE_BANDS if age <= oldest), "80-and-over")
