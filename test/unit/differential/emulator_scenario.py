"""Works through every resource of an emulator with Polytomic's own Python package, which parses each answer strictly."""

import json
import sys
import time
from datetime import datetime, timedelta, timezone

from polytomic import Polytomic
from polytomic.core.api_error import ApiError
from pydantic import BaseModel

version = "2025-09-18"
unknown = set()


def note_unknown(value, place):
    """Collects fields that the package's models do not have."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            unknown.add(f"{place}.{name}")
        for name in type(value).model_fields:
            note_unknown(getattr(value, name), f"{type(value).__name__}.{name}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            note_unknown(item, place)
    elif isinstance(value, dict):
        for item in value.values():
            note_unknown(item, place)


def ask(method, *args, **named):
    """The data of an answer, or the answer itself where it has no envelope."""
    answer = method(*args, **named)
    note_unknown(answer, type(answer).__name__)
    return answer.data if hasattr(answer, "data") else answer


def refused(status, method, *args, **named):
    """The call must be refused by that status; an unexpected body is an error of its own class."""
    try:
        method(*args, **named)
    except ApiError as error:
        assert error.status_code == status, (method, error.status_code, error.body)
        return
    raise AssertionError(f"{method} was not refused by {status}")


def until(found, seconds=20):
    """Asks again until there is an answer."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"{found} found nothing"
        time.sleep(0.02)
    return answer


def identity(user, partner, _):
    me = ask(user.identity.get)
    assert me.is_user and me.credential.mode == "user"
    assert ask(partner.identity.get).is_partner
    assert ask(user.organization.get_current).id == me.organization_id
    return me


def organizations(user, partner, _):
    organization = partner.organization
    made = ask(organization.create, name="Acme", issuer="https://login.example.com", client_secret="hidden")
    assert ask(organization.get, made.id).issuer == "https://login.example.com"
    assert ask(organization.update, made.id, name="Acme Ltd").issuer is None
    assert [other.name for other in ask(organization.list)] == ["default", "Acme Ltd"]
    users = partner.users
    ann = ask(users.create, made.id, email="ann@acme.com", role="admin")
    assert ask(users.list, made.id)[0].email == "ann@acme.com"
    assert ask(users.update, made.id, ann.id, email="ann@acme.com", role="user").role == "user"
    assert ask(users.get, made.id, ann.id).role_ids
    assert ask(users.create_api_key, made.id, ann.id, force=True).value
    assert ask(partner.entities.get_for_partner, made.id).type == "organization"
    assert ask(users.delete, made.id, ann.id).id == ann.id
    refused(404, users.get, made.id, ann.id)
    ask(organization.delete, made.id)
    refused(404, organization.get, made.id)
    refused(403, user.organization.list)


def people(user, partner, _):
    users = user.users
    made = ask(users.create_current_org_user, email="bob@example.com")
    assert len(ask(users.list_current_org_users)) == 2
    assert ask(users.get_current_org_user, made.id).harbor_only is False
    assert ask(users.update_current_org_user, made.id, role="admin").role == "admin"
    credential = ask(user.temporary_credentials.create, subject={"type": "user"}, duration_seconds=600)
    assert credential.token_type == "Bearer" and credential.expires_at > datetime.now(timezone.utc)
    assert ask(users.delete_current_org_user, made.id).id == made.id
    refused(404, users.get_current_org_user, made.id)
    refused(422, users.create_current_org_user, email="nobody")


def permissions(user, partner, _):
    roles, policies = user.permissions.roles, user.permissions.policies
    role = ask(roles.create, name="Analyst")
    assert ask(roles.update, role.id, name="Reader").name == "Reader"
    assert ask(roles.get, role.id).system is False
    assert len(ask(roles.list)) == 3
    actions = [{"action": "read", "role_ids": [role.id]}]
    policy = ask(policies.create, name="Readers", policy_actions=actions)
    assert ask(policies.get, policy.id).policy_actions[0].role_ids == [role.id]
    assert ask(policies.update, policy.id, name="None", policy_actions=[]).policy_actions == []
    assert len(ask(policies.list)) == 1
    ask(policies.delete, policy.id)
    refused(404, policies.get, policy.id)
    ask(roles.delete, role.id)
    refused(404, roles.get, role.id)


def settings(user, partner, ids):
    notifications, organization = user.notifications, user.organization
    emails = ["ann@example.com"]
    assert ask(notifications.set_global_error_subscribers, emails=emails).emails == emails
    assert ask(notifications.get_global_error_subscribers).emails == emails
    logging = ask(organization.update_record_logging, enabled=True, delivery_connection_id=ids["warehouse"])
    assert logging.delivery_connection_name == "Warehouse"
    assert ask(organization.get_record_logging).enabled
    for kind in (user.model_sync, user.bulk_sync):
        id = ids["model_sync"] if kind is user.model_sync else ids["bulk_sync"]
        assert ask(kind.error_handling.update, id, subscribers=emails).subscribers == emails
        assert ask(kind.error_handling.get, id).subscribers == emails


def webhooks(user, partner, ids):
    hooks = user.webhooks
    hook = ask(hooks.create, endpoint=ids["receiver"], secret="a-shared-secret")
    ask(user.model_sync.start, ids["model_sync"])
    # Newest first: a slow machine may list the end of the run, too.
    first = until(lambda: ask(hooks.list_deliveries, hook.id, success=True))[-1]
    assert first.status_code == 200 and first.event_type == "sync.running"
    past = first.attempted_at - timedelta(days=1)
    assert ask(hooks.list_deliveries, hook.id, end=past) is None
    assert ask(hooks.disable, hook.id).disabled_reason
    assert ask(hooks.enable, hook.id).disabled is False
    assert ask(hooks.update, hook.id, endpoint="https://example.com/x", secret="another-secret").secret
    assert ask(hooks.get, hook.id).id == ask(hooks.list)[0].id
    ask(hooks.delete, hook.id)
    refused(404, hooks.get, hook.id)
    assert len(ask(user.events.get_types)) == 10
    completed = until(lambda: ask(user.events.list, type="sync.completed"))[0]
    assert completed.event.sync_id == ids["model_sync"]


def connections(user, partner, ids):
    kinds = user.connections
    assert any(kind.id == "postgresql" for kind in ask(kinds.get_types))
    assert ask(kinds.get_connection_type_schema, "postgresql")
    assert ask(kinds.get_type_parameter_values, "postgresql", field="database", parameters={})
    configuration = {"hostname": "db.example.com", "port": 5432, "username": "polytomic"}
    configuration.update(password="hidden", database="analytics")
    made = ask(kinds.create, name="DB", type="postgresql", configuration=configuration)
    assert made.configuration["password"] != "hidden"
    ask(kinds.test_connection, type="postgresql", configuration=configuration)
    changed = ask(kinds.update, made.id, name="DB 2", configuration=configuration)
    assert changed.name == ask(kinds.get, made.id).name == "DB 2"
    assert any(other.id == made.id for other in ask(kinds.list))
    ask(kinds.get_parameter_values, made.id)
    ask(kinds.get_usage, made.id)
    card = ask(kinds.connect, name="Theirs", redirect_url="https://example.com")
    options = {"additional_query_parameters": {"token": card.token}}
    assert ask(kinds.get_connect_session, request_options=options)
    schemas(user, made.id)
    sharing(user, partner, made.id)
    ask(kinds.delete, made.id)
    refused(404, kinds.get, made.id)
    proxy(user, ids["crm"])


def schemas(user, id):
    kind = user.schemas
    ask(kind.refresh, id)
    until(lambda: ask(kind.get_status, id).last_refresh_finished)
    name = "public.users"
    assert ask(kind.get, id, name).id == name
    assert ask(kind.get_records, id, name)
    ask(kind.upsert_field, id, name, fields=[{"field_id": "extra", "label": "Extra", "type": "string"}])
    until(lambda: any(field.id == "extra" for field in ask(kind.get, id, name).fields))
    assert ask(kind.patch_field, id, name, "extra", label="More").id == "extra"
    ask(kind.delete_field, id, name, "extra")
    ask(kind.set_primary_keys, id, name, fields=[{"field_id": "name", "is_primary_key": True}])
    ask(kind.reset_primary_keys, id, name)


def sharing(user, partner, id):
    shared = partner.connections.shared_connections
    owner = ask(user.organization.get_current).id
    child = ask(partner.organization.create, name="Child").id
    copy = ask(shared.create_shared_connection, owner, id, child_organization_id=child, name="Copy")
    assert ask(shared.list_shared_connections_for_partner, owner, id)[0].id == copy.id
    assert ask(user.connections.shared_connections.list_shared_connections, id)[0].parent_connection_id == id
    ask(partner.organization.delete, child)


def proxy(user, id):
    kind = user.connections.proxy
    assert ask(kind.get_proxy_info, id)
    assert ask(kind.update_proxy_settings, id, enabled=True)
    assert ask(kind.get_proxy_settings, id)
    assert ask(kind.execute_proxy, id, request={"method": "GET", "path": "/contacts"}).status == 200
    later = ask(kind.execute_proxy, id, async_=True, request={"method": "GET", "path": "/contacts"})
    until(lambda: ask(user.jobs.get, "connectionproxy", later.job_id).status == "done")


def models(user, partner, ids):
    kind = user.models
    body = {"connection_id": ids["warehouse"], "configuration": {"table": "public.users"}, "name": "Users"}
    made = ask(kind.create, **body)
    assert ask(kind.get, made.id).name == "Users"
    ask(kind.update, made.id, **{**body, "name": "People"})
    assert any(model.name == "People" for model in ask(kind.list))
    ask(kind.sample, made.id)
    kind.preview(**body)
    job = kind.create(**{**body, "name": "Later"}, async_=True).job
    until(lambda: ask(user.jobs.get, job.type, job.job_id).status == "done")
    ask(kind.delete, made.id)
    refused(404, kind.get, made.id)
    answers_or_404(kind.get_enrichment_source, ids["warehouse"])
    answers_or_404(kind.post, ids["warehouse"])
    query = ask(user.query_runner.run_query, ids["warehouse"], query="select 1")
    until(lambda: ask(user.query_runner.get_query, query.id).status == "done")


def answers_or_404(method, *args):
    """Not every connection has the feature."""
    try:
        ask(method, *args)
    except ApiError as error:
        assert error.status_code == 404, error


def model_syncs(user, partner, ids):
    kind, source, target = user.model_sync, ids["warehouse"], ids["crm"]
    ask(kind.get_source, source)
    ask(kind.get_source_fields, source)
    ask(kind.targets.list, target)
    ask(kind.targets.get_target_fields, target, target="contacts")
    refused(404, kind.targets.get_create_property, target, "name")
    assert ask(kind.get_schedule_options).schedule_options
    body = {"fields": [], "mode": "create", "schedule": {"frequency": "manual"}}
    made = ask(kind.create, name="Users", target={"connection_id": target, "object": "contacts"}, **body)
    ids["model_sync"] = made.id
    assert ask(kind.update, made.id, name="People", target={"connection_id": target}, **body).name == "People"
    assert ask(kind.get, made.id).name == "People"
    assert any(sync.id == made.id for sync in ask(kind.list))
    ask(kind.activate, made.id, active=True)
    run = ask(kind.start, made.id).id
    until(lambda: ask(kind.executions.get, made.id, run).status == "completed")
    assert ask(kind.get_status, made.id).last_execution.id == run
    assert ask(kind.executions.list, made.id)[0].id == run
    ask(kind.executions.get_console_logs, made.id, run)
    assert ask(kind.executions.get_logs_index, made.id, run).records.count == 10
    ask(kind.executions.get_log_urls, made.id, run, "records")
    refused(302, kind.executions.get_logs, made.id, run, "records", "records.csv")
    second = ask(kind.start, made.id).id
    ask(kind.executions.cancel, made.id, second)
    ask(kind.cancel, made.id)
    until(lambda: ask(kind.executions.get, made.id, second).status == "canceled")
    assert ask(user.entities.get, run).type == "sync_execution"


def bulk_syncs(user, partner, ids):
    kind, source, target = user.bulk_sync, ids["warehouse"], ids["crm"]
    ask(kind.get_source, source, include_fields=True)
    ask(kind.get_destination, target)
    body = {"destination_configuration": {}, "destination_connection_id": target, "source_connection_id": source}
    body |= {"mode": "replicate", "default_schedule": {"frequency": "manual"}}
    made = ask(kind.create, name="Lake", **body)
    ids["bulk_sync"] = made.id
    assert ask(kind.update, made.id, name="Big lake", **body).name == ask(kind.get, made.id).name == "Big lake"
    assert any(sync.id == made.id for sync in ask(kind.list))
    ask(kind.activate, made.id, active=True)
    schema = ask(kind.schemas.list, made.id)[0].id
    assert ask(kind.schemas.get, made.id, schema).fields
    ask(kind.schemas.update, made.id, schema, enabled=True)
    ask(kind.schemas.patch, made.id, schemas=[{"id": schema, "enabled": True}])
    bulk_schedules(kind, made.id)
    run = ask(kind.start, made.id).id
    until(lambda: ask(kind.executions.get, made.id, run).status == "completed")
    assert ask(kind.get_status, made.id).last_execution.id == run
    assert ask(kind.executions.list, made.id)[0].id == run
    assert ask(kind.executions.list_status, sync_id=made.id)[0].sync_id == made.id
    ask(kind.executions.get_console_logs, made.id, run)
    ask(kind.executions.get_schema_console_logs, made.id, run, schema)
    ask(kind.executions.get_ingest_console_logs, source, sync_id=made.id)
    ask(kind.executions.get_logs, made.id, run)
    job = kind.executions.export_logs(made.id, run).job
    until(lambda: ask(user.jobs.get, "exportlogs", job.job_id).status == "done")
    second = ask(kind.start, made.id, schemas=[schema]).id
    ask(kind.schemas.cancel, made.id, schema)
    ask(kind.executions.cancel, made.id, second)
    ask(kind.cancel, made.id)
    until(lambda: ask(kind.executions.get, made.id, second).status == "canceled")


def bulk_schedules(kind, id):
    ask(kind.schedules.create, id, schedule={"frequency": "daily", "hour": "4"})
    schedule = ask(kind.get, id).additional_schedules[0].id
    assert ask(kind.schedules.get, id, schedule).frequency == "daily"
    ask(kind.schedules.update, id, schedule, schedule={"frequency": "hourly"})
    assert len(ask(kind.schedules.list, id)) == 2
    ask(kind.schedules.delete, id, schedule)


def deletes(user, partner, ids):
    for kind, id in ((user.model_sync, ids["model_sync"]), (user.bulk_sync, ids["bulk_sync"])):
        ask(kind.delete, id)
        refused(404, kind.get, id)


def main(given):
    ids = json.loads(given)
    options = {"base_url": ids["url"], "version": version, "max_retries": 0, "follow_redirects": False}
    user, partner = (Polytomic(token=ids[name], **options) for name in ("user", "partner"))
    steps = [identity, organizations, people, permissions, connections, models, model_syncs, bulk_syncs]
    for step in [*steps, settings, webhooks, deletes]:
        step(user, partner, ids)
    print(json.dumps({"unknown": sorted(unknown)}))


main(*sys.argv[1:])
