"""The link that opens the panel to the network, for this machine's own browser to show."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.web.guard import LOCAL, is_own_page


@dataclass(frozen=True, slots=True)
class NetworkLink:
    """The link with its token, and a picture of it that a phone can read (SVG)."""

    url: str
    picture: bytes


def link_routes(link: NetworkLink) -> list[Route]:
    """Return `/link`, JSON, and `/link.svg`; both are empty (204) for all but this machine."""

    def may_see(request: Request) -> bool:
        client = request.client
        return client is not None and client.host in LOCAL and is_own_page(request.headers)

    async def tell(request: Request) -> Response:
        return JSONResponse({"url": link.url}) if may_see(request) else Response(status_code=204)

    async def show(request: Request) -> Response:
        if not may_see(request):
            return Response(status_code=204)
        return Response(link.picture, media_type="image/svg+xml")

    return [Route("/link", tell), Route("/link.svg", show)]
