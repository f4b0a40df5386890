"""A stream of news that a page would keep open, for whoever only asks whether they are let in."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HearsTheBeginning:
    """The app, whose client goes away once it has heard the first word of a stream, instead of at its end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_stream = is_gone = False

        async def send_the_beginning(message: Message) -> None:
            nonlocal is_stream, is_gone
            if message["type"] == "http.response.start":
                headers = dict(message["headers"])
                is_stream = headers.get(b"content-type", b"").startswith(b"text/event-stream")
            if not is_gone:
                is_gone = is_stream and message["type"] == "http.response.body"
                await send({**message, "more_body": False} if is_gone else message)

        await self._app(scope, receive, send_the_beginning)
