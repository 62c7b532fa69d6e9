"""Alembic's entry: runs the steps in the transaction that `schema` has begun."""

from alembic import context

from pipeline.catalog.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
)
context.run_migrations()
