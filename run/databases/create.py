"""`make databases`: four databases, each with an owner and an application role, their URLs in `.env`; again without harm."""

from collections.abc import Iterable

from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Composed, Identifier, Literal

from run.databases import env_file, server, statements
from run.databases.plan import Account, Plan, Request, plans
from run.databases.server import Refused, scalar
from run.databases.statements import OPEN_TO_ALL, Names

ADMIN = "ADMIN_URL"
EXAMPLE = "make databases ADMIN_URL=postgresql://postgres:password@127.0.0.1/postgres"


def create(request: Request) -> list[str]:
    """Make what is missing and write the URLs; the sentences that say what should be known afterwards.

    Everything is looked at before anything is changed, and the passwords are in the file before the roles have them: who
    is interrupted can start again. Raises Refused.
    """
    if not request.admin_url:
        raise Refused(f"Who may make databases? Say it with {ADMIN}, as in: {EXAMPLE}")
    with server.connect(request.admin_url, ADMIN) as admin:
        _refuse_the_powerless(admin)
        wanted = plans(admin, request)
        new = [account for plan in wanted for account in plan.accounts if account.is_new]
        env_file.write(request.file, {account.setting: account.url for account in new})
        try:
            for plan in wanted:
                _make(admin, plan)
            return _close_to_all(admin, {role for plan in wanted for role in plan.names.roles})
        except InsufficientPrivilege as error:
            raise Refused(f"{admin.info.user} has too few rights: {error.diag.message_primary}.") from error


def addresses(request: Request) -> dict[str, str]:
    """The URLs of all databases, as the services would read them."""
    names = [name for each in request.databases for name in (each.url_setting, each.owner_setting)]
    return {name: url for name in names if (url := request.known(name))}


def _refuse_the_powerless(admin: Connection) -> None:
    version = admin.info.server_version // 10_000
    if version < server.OLDEST:
        raise Refused(f"PostgreSQL {server.OLDEST} or newer is needed; this is {version}.")
    query = "SELECT rolsuper OR rolcreatedb AND rolcreaterole FROM pg_roles WHERE rolname = current_user"
    if not scalar(admin, query):
        who = Identifier(admin.info.user).as_string()
        cure = f"name a superuser, or let one say: ALTER ROLE {who} CREATEDB CREATEROLE"
        raise Refused(f"{admin.info.user} in {ADMIN} may not make databases and roles: {cure}")


def _make(admin: Connection, plan: Plan) -> None:
    for account in plan.accounts:
        _make_role(admin, account)
    if not plan.is_there:
        _make_database(admin, plan.names)
    with server.connect(plan.owner.url, plan.owner.setting) as owner, owner.transaction():
        _execute(owner, statements.separating(plan.names))
        _execute(owner, statements.using_what_is_there(plan.names))
    server.connect(plan.user.url, plan.user.setting).close()


def _make_role(admin: Connection, account: Account) -> None:
    password = Literal(_as_stored(admin, account))
    if not account.is_there:
        admin.execute(statements.create_role(account.role, password))
    elif account.is_new:
        admin.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(account.role), password))


def _as_stored(admin: Connection, account: Account) -> str | None:
    """The password as the server keeps it: it never travels, and no log of the server can show it.

    None when the URL has none: then the role logs in by other means.
    """
    password = server.password(account.url)
    if not password:
        return None
    return admin.pgconn.encrypt_password(password.encode(), account.role.encode(), b"scram-sha-256").decode()


def _make_database(admin: Connection, names: Names) -> None:
    """An ordinary admin borrows the owner's membership for this one statement; a superuser needs none."""
    borrows = not scalar(admin, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if borrows:
        admin.execute(statements.borrow(names))
    try:
        admin.execute(statements.create_database(names))
    finally:
        if borrows:
            admin.execute(statements.give_back(names))


def _close_to_all(admin: Connection, ours: Iterable[str]) -> list[str]:
    """Take from PUBLIC the right to connect to `postgres` and `template1`; what to know about it, in sentences."""
    said = []
    for name in _open_databases(admin):
        statement = statements.closing(name)
        if not scalar(admin, "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = %s", name):
            why = f"Everybody may still connect to {name}; only its owner or a superuser can end that"
            said.append(f"{why}: {statement.as_string()}")
            continue
        admin.execute(statement)
        said += [
            f"{role} may no longer connect to {name}; if it has to: GRANT CONNECT ON DATABASE {name} TO {role}"
            for role in _locked_out(admin, name)
            if role not in ours
        ]
    return said


def _open_databases(admin: Connection) -> list[str]:
    """Those of OPEN_TO_ALL that are there and still open."""
    query = """SELECT datname FROM pg_database
        WHERE datname = ANY(%s) AND has_database_privilege('public', oid, 'CONNECT') ORDER BY datname"""
    return [name for (name,) in admin.execute(query, [list(OPEN_TO_ALL)])]


def _locked_out(admin: Connection, name: str) -> list[str]:
    """The roles that can log in, but not into `name`."""
    query = """SELECT rolname FROM pg_roles
        WHERE rolcanlogin AND NOT has_database_privilege(oid, %s, 'CONNECT') ORDER BY rolname"""
    return [role for (role,) in admin.execute(query, [name])]


def _execute(connection: Connection, commands: Iterable[Composed]) -> None:
    for each in commands:
        connection.execute(each)
