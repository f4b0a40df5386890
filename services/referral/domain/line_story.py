"""What somebody joined the line with, as a link worker reads it: each part of their points and what it is for."""

from services.referral.domain.waiting_policy import StartingPoints


def points_told_to_worker(points: StartingPoints) -> str:
    """In a sentence. Codes of groups are read as words: they are in plain English."""
    parts = (
        (points.for_group, f"being among {(points.group or '').replace('-', ' ')}"),
        (points.for_deprivation, "how deprived their borough is"),
        (points.for_most_deprived, "a neighbourhood in the most deprived fifth of England"),
    )
    said = [f"{number} for {what}" for number, what in parts if number]
    if not said:
        return "Joined the line with no points; one comes with each week of waiting."
    noun = "point" if points.total == 1 else "points"
    return f"Joined the line with {points.total} {noun}: {', '.join(said)}. One more comes with each week of waiting."
