"""The four databases: whose each is, which schema it holds, who owns it and who uses it."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from chassis.database import db
from chassis.identity import identity_table

ROOT = Path(__file__).resolve().parent.parent.parent

# Where the models of a schema are.
MODELS = {
    "travel_discovery": "webapp/*/models.py",
    "air": "bpp_services/air/models.py",
    "hotels": "bpp_services/hotels/models.py",
}


@dataclass(frozen=True)
class Database:
    """A service's only database. `name` also begins its settings and, after a prefix, its roles; `app` is for `flask --app`."""

    name: str
    service: str
    market: str
    schema: str
    app: str

    @property
    def url_setting(self) -> str:
        """The variable with the application's URL."""
        return f"{self.name.upper()}_DATABASE_URL"

    @property
    def owner_setting(self) -> str:
        """The variable with the URL of who may change the schema."""
        return f"{self.name.upper()}_OWNER_URL"

    @property
    def owner(self) -> str:
        return f"{self.name}_owner"

    @property
    def user(self) -> str:
        """The application's role."""
        return f"{self.name}_app"


DATABASES = (
    Database("travel_discovery", "webapp", "travellers", "travel_discovery", "wsgi"),
    Database("flights_bpp", "flights_bpp", "domestic", "air", "bpp_services.flights"),
    Database(
        "international_flights_bpp",
        "international_flights_bpp",
        "international",
        "air",
        "bpp_services.international_flights",
    ),
    Database("hotels_bpp", "hotels_bpp", "hotels", "hotels", "bpp_services.hotels"),
)


def metadata(schema: str) -> MetaData:
    """The tables of `schema` as the models say them. The models are found by name: nothing here imports a service."""
    for file in sorted(ROOT.glob(MODELS[schema])):
        import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    identity_table(schema)
    return db.metadatas[schema]
