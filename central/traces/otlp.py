"""Export of spans over OTLP/HTTP, by OpenTelemetry's SDK, which is loaded here alone.

Spans wait in a bounded queue that a thread of the SDK empties. A collector that is slow or away
costs the spans that find no room, and nothing else.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from central.traces.spans import traced_by
from central.traces.statements import tracing_statements
from kiosk.config.schema import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from central.traces.policy import TracePolicy
    from central.traces.spans import OpenSpan, SpanAttribute

TRACES_VARIABLE = "KIOSK_CENTRAL_TRACES"
"""Environment variable of the collector's address."""
ADDRESS_WORDS = (
    "is no address for traces: https://HOST:4318/v1/traces, without a name or password; "
    "http only on this machine"
)
_HERE = ("localhost", "127.0.0.1", "::1")
SERVICE = "retirement-kiosk-central"


@dataclass(frozen=True)
class _SdkSpan:
    span: Any

    def note(self, attribute: SpanAttribute, value: str | int) -> None:
        self.span.set_attribute(attribute.value, value)


@dataclass(frozen=True)
class OtlpTracer:
    """Tracer of OpenTelemetry's SDK, with what sends its spans."""

    tracer: Any
    processor: Any
    exporter: Any
    stop_seconds: float

    @contextmanager
    def begun(
        self, name: str, said: Mapping[SpanAttribute, str | int], *, served: bool
    ) -> Iterator[OpenSpan]:
        """Return a span called `name`, with what is `said`, below the one that it is within.

        It lasts as long as the block. `served`: a request that came in.
        """
        from opentelemetry import trace  # noqa: PLC0415 - nothing of it without traces

        kind = trace.SpanKind.SERVER if served else trace.SpanKind.CLIENT
        attributes = {one.value: value for one, value in said.items()}
        span = self.tracer.start_span(name, kind=kind, attributes=attributes)
        # The words of an exception may be a person's: neither its text nor its traceback is kept.
        with trace.use_span(
            span, end_on_exit=True, record_exception=False, set_status_on_exception=False
        ):
            try:
                yield _SdkSpan(span)
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                raise

    def close(self) -> None:
        """Send what waits, for `stop_seconds` at most; a call that still lasts is left alone."""
        ending = Thread(target=self.processor.shutdown, daemon=True)
        ending.start()
        ending.join(self.stop_seconds)
        if ending.is_alive():
            self.exporter.shutdown()


@contextmanager
def tracing(address: str, policy: TracePolicy, tables: Collection[str]) -> Iterator[OtlpTracer]:
    """Trace this process until the block ends; raises ConfigError for a wrong address.

    `tables`: names that a span may say.
    """
    with ExitStack() as stack:
        tracer = open_tracer(address, policy)
        stack.callback(tracer.close)
        stack.enter_context(traced_by(tracer, tables))
        stack.enter_context(tracing_statements())
        yield tracer


def open_tracer(address: str, policy: TracePolicy) -> OtlpTracer:
    """Return the tracer that sends to the collector at `address`; raises ConfigError for no such.

    Proxies of the environment are not used; headers of OTEL_EXPORTER_OTLP_HEADERS are.
    """
    _check_address(address)
    import requests  # noqa: PLC0415 - nothing of it without traces
    from opentelemetry.exporter.otlp.proto.http import Compression  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = False
    exporter = OTLPSpanExporter(
        address, timeout=policy.timeout_seconds, compression=Compression.Gzip, session=session
    )
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(policy.share)),
        resource=Resource({"service.name": SERVICE}),
        shutdown_on_exit=False,
    )
    processor = BatchSpanProcessor(
        exporter,
        max_queue_size=policy.waiting,
        schedule_delay_millis=1e3 * policy.pause_seconds,
        max_export_batch_size=policy.batch,
    )
    provider.add_span_processor(processor)
    tracer = provider.get_tracer(SERVICE)
    return OtlpTracer(tracer, processor, exporter, policy.stop_seconds)


def _check_address(address: str) -> None:
    said = urlsplit(address)
    is_safe = said.scheme == "https" or (said.scheme == "http" and said.hostname in _HERE)
    if not said.hostname or not is_safe or said.username or said.password:
        raise ConfigError((Problem(TRACES_VARIABLE, 0, said.scheme, ADDRESS_WORDS),))
