"""Words for invented playlists: pleasant ones, and some that have broken archives before."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST: Final = _words(
    "Amber Borrowed Brass Clockwork Copper Crooked Distant Drifting Electric Faded Feather Foxglove Gentle Gilded Glass"
    " Golden Harvest Hidden Hollow Indigo Ivory Juniper Lantern Lavender Linen Little Lonesome Lunar Magnetic Maple"
    " Marigold Midnight Mirror Misty Moonlit Neon Northern Opal Orchid Painted Patient Pearl Quiet Rambling Restless"
    " Rosewood Rusty Saffron Sapphire Scarlet Secret Silent Silver Sleepy Slow Smoky Snowy Southern Sparrow Starlit"
    " Sugar Summer Sunday Tangerine Thunder Tidal Timber Twilight Velvet Violet Wandering Western Whistling Wild Willow"
    " Winter Wooden Yellow"
)

SECOND: Final = _words(
    "Alphabet Arcade Attic Avenue Balcony Bicycle Bridge Calendar Canyon Carousel Cinema Compass Corridor Delta"
    " Diary Echo Elevator Fable Ferry Garden Geometry Harbour Hotel Island Jukebox Kite Kitchen Ladder Lagoon"
    " Letter Library Lighthouse Machine Meadow Memory Monsoon Motel Museum Ocean Orchard Orchestra Parade Parlour"
    " Photograph Pilot Planet Postcard Prairie Promise Radio Railway Reservoir River Satellite Season Serenade"
    " Shadow Shoreline Signal Skyline Sparkler Staircase Station Stranger Sunrise Suitcase Telephone Theatre"
    " Thunderstorm Ticket Tower Train Umbrella Valley Veranda Waltz Weather Window"
)

ENDINGS: Final = (
    "",
    "",
    "",
    "",
    "",
    "",
    " (Live)",
    " - Remastered 2011",
    " (feat. Marigold)",
    " [Acoustic]",
    ", Pt. 2",
)
"""Additions to some titles, as on Spotify."""

TROUBLE: Final = (
    "A$AP in $3 Shoes",
    "<demons>",
    "R&B | Soul",
    "*Not* **Bold**",
    "_under_scored_",
    "[Brackets](https://example.com)",
    "`Code` Blue",
    "Back\\slash \\ Love",
    "# Not a Heading",
    "1. First Things First",
    "~~Struck~~ by Lightning",
    "Fish &amp; Chips",
    "=SUM(All My Love)",
    "夜の電車",
    "Þögn og Ljós",
    "Café do Mañana (Cafe\u0301)",
    "حب وسلام",
    "Sunshine ☀️ & Rain 🌧️",
    "  Spaces  Everywhere  ",
    "...",
)
"""Titles that need care in a table of Markdown."""

SHOWS: Final = ("Tape Hiss", "The Long Way Round", "Sunday Soup", "Two Chairs, One Microphone")

CURATORS: Final = (
    ("mariana", "Mariana"),
    ("old-sailor", "Old Sailor"),
    ("1188802231", None),
    ("nightowl", "Night Owl"),
)

DESCRIPTIONS: Final = (
    "",
    "Rain on the window &amp; nowhere to be.",
    "Don&#x27;t shuffle. Trust us.",
    'See also <a href="https://example.com/more">the other one</a> &lt;3',
    "New on Fridays &#x2F; old by Monday",
    "Everything that was playing in that caf\u00e9, and the song after it.",
    None,
)
"""Descriptions as the API gives them: HTML-escaped, with raw links (docs/spotify.md, section 2.2)."""
