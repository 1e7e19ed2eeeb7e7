"""The planner's pages: the week board, posts, comments, alerts, forms; all work without script."""

from fastapi import APIRouter

from services.planner.web.alerts import router as alerts
from services.planner.web.comments import router as comments
from services.planner.web.deciding import router as deciding
from services.planner.web.deeds import router as deeds
from services.planner.web.notices import router as notices
from services.planner.web.pages import router as pages
from services.planner.web.pausing import router as pausing
from services.planner.web.refusals import install
from services.planner.web.writing import router as writing

router = APIRouter(include_in_schema=False)
# `/posts/new` comes before `/posts/{post}`, or it would be taken for a post.
for part in (writing, pages, deeds, deciding, comments, notices, pausing, alerts):
    router.include_router(part)

__all__ = ["install", "router"]
