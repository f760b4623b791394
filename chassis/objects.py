"""Rows read as the session's objects, by a statement that is compiled once: for what a service reads all day.

The mapper's own way to the same takes three times as long. It is there for statements that load several models at once,
and for everything else.
"""

from typing import Any, Generic, TypeVar

from sqlalchemy import Select, inspect
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from chassis.database import db
from chassis.prepared import Prepared, Row, transaction

M = TypeVar("M")


class Objects(Generic[M]):
    """A SELECT of `model`, which gives its objects as they are now.

    What was read of an object before is read anew; its relationships are forgotten, and read when they are asked for.
    """

    def __init__(self, model: type[M], statement: Select):
        self._model = model
        self._rows = Prepared(statement)
        self._mapping: _Mapping | None = None  # known when all models are

    def all(self, **values: Any) -> list[M]:
        """In the statement's order. Raises SQLAlchemy's errors."""
        session = db.session()
        session.flush()
        if self._mapping is None:
            self._mapping = _Mapping(self._model, self._rows)
        known = self._mapping.known
        return [known(session, row) for row in self._rows.rows_on(transaction(session), values)]

    def one_or_none(self, **values: Any) -> M | None:
        """The first, when any is found."""
        found = self.all(**values)
        return found[0] if found else None

    def one(self, **values: Any) -> M:
        """The first. Raises NoResultFound."""
        found = self.all(**values)
        if not found:
            raise NoResultFound(f"no such {self._model.__name__}")
        return found[0]


class _Mapping:
    """Which column is which attribute of a model, and how its rows become objects."""

    def __init__(self, model: type, rows: Prepared):
        mapper: Any = inspect(model)
        self._model, self._manager, self._rows = model, mapper.class_manager, rows
        columns = rows.statement.selected_columns
        self._names = [mapper.get_property_by_column(column).key for column in columns]
        keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        self._keys = [self._names.index(key) for key in keys]
        self._relationships = list(mapper.relationships.keys())

    def known(self, session: Session, row: Row) -> Any:
        """The object of a row: as sqlalchemy.orm.loading makes one, and fills one again that is there already."""
        read = self._rows.read(row)
        key = (self._model, tuple(read[place] for place in self._keys), None)
        found = session.identity_map.get(key)
        if found is None:
            found = self._manager.new_instance()
            state = instance_state(found)
            state.key, state.session_id = key, session.hash_key
            session.identity_map._add_unpresent(state, key)
        else:
            state = instance_state(found)
            for name in self._relationships:
                state.dict.pop(name, None)
        state.dict.update(zip(self._names, read, strict=True))
        state._commit_all(state.dict, session.identity_map)
        return found
