import flask_migrate


def test_before_its_migration_a_service_is_not_ready_and_says_what_to_run(database, make_trial):
    answer = make_trial().test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json["status"] == "not ready"
    assert answer.json["problems"] == ["migrations stand at nothing, wanted 0001: run `flask db upgrade`"]


def test_after_its_migration_it_is_ready(database, make_trial):
    app = make_trial()
    with app.app_context():
        flask_migrate.upgrade()

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "service": "trial", "database": "trial", "migration": "0001"}


def test_a_process_without_a_database_lives(make_trial):
    answer = make_trial("postgresql://nobody@127.0.0.1:1/nothing").test_client().get("/healthz")

    assert answer.status_code == 200


def test_the_command_says_what_readyz_says(make_trial):
    runner = make_trial().test_cli_runner()

    before = runner.invoke(args=["check"])
    with runner.app.app_context():
        flask_migrate.upgrade()
    after = runner.invoke(args=["check"])

    assert (before.exit_code, after.exit_code) == (1, 0)
    assert "run `flask db upgrade`" in before.output
    assert after.output == "ready, at migration 0001\n"


def test_metrics_are_for_this_machine(trial):
    client = trial.test_client()
    client.get("/healthz")

    here = client.get("/metrics")
    elsewhere = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert 'yaana_requests_total{endpoint="health.healthz",service="trial",status="200"}' in here.text
    assert elsewhere.status_code == 404


def test_with_a_token_metrics_are_for_who_has_it(make_trial):
    client = make_trial(METRICS_TOKEN="let me read").test_client()

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer let me read"}).status_code == 200
