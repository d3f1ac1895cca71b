"""What Prometheus reads: requests of this process, and from the database what all jobs add up to. The only module that
imports prometheus_client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from svgai.provenance import versions
from svgai.serve.totals import BUCKETS, Totals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Gauges:
    """What holds at this moment. oldest: seconds that the longest running job has taken; memory: bytes of
    the service with its workers; memory_limit: what they may take; redis, broker: None where there is none."""

    active: int
    queued: int
    oldest: float
    cache_hits: int
    cache_misses: int
    disk_free: float
    memory: int
    memory_limit: int
    redis: bool | None
    broker: bool | None
    draining: bool
    healthy: bool


class Metrics:
    """gauges: looks at the service."""

    def __init__(self, totals: Totals, gauges: Callable[[], Gauges]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter("http_requests", "Requests answered.", ["method", "route", "status"],
                                registry=self.registry)  # fmt: skip
        self.seconds = Histogram("http_request_duration_seconds", "Until the answer was sent.", ["method", "route"],
                                 buckets=BUCKETS["duration"], registry=self.registry)  # fmt: skip
        self.active = Gauge("http_requests_active", "Requests being answered.", registry=self.registry)
        self.refused = Counter("svgai_rate_limited", "Requests refused by a rate limit.", ["kind"],
                               registry=self.registry)  # fmt: skip
        for kind in ("convert", "jobs", "api", "api_convert", "api_batch", "read"):
            self.refused.labels(kind)
        self.registry.register(_Jobs(totals, gauges))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)

    def listen(self, host: str, port: int) -> Callable[[], None]:
        """Answer on a port of its own too; what ends it."""
        server, thread = start_http_server(port, host, self.registry)

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end


class _Jobs(Collector):
    def __init__(self, totals: Totals, gauges: Callable[[], Gauges]) -> None:
        self._totals = totals
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        now = self._gauges()
        yield from self._counted(now)
        yield from self._spread()
        yield from _momentary(now)

    def _counted(self, now: Gauges) -> Iterator[Metric]:
        counters = self._totals.counters
        yield _counter("vectorizer_jobs", "Jobs ended.", ("status",), counters["jobs"])
        yield _counter("vectorizer_errors", "Jobs failed, by what was wrong.", ("type",), counters["errors"])
        yield _counter("svgai_verdicts", "Drawings by tier and verdict.", ("tier", "verdict"), counters["verdicts"])
        yield _counter(
            "svgai_late", "Drawings that took longer than their tier promises.", ("tier",), counters["late"]
        )
        yield CounterMetricFamily("svgai_cache_hits", "Answers from the cache.", value=now.cache_hits)
        yield CounterMetricFamily("svgai_cache_misses", "Answers not in the cache.", value=now.cache_misses)
        done = counters["jobs"]
        yield CounterMetricFamily("svg_ai_optimizations", "As vectorizer_jobs_total.", value=sum(done.values()))
        yield CounterMetricFamily("svg_ai_optimization_failures", "Jobs failed.", value=done["failed"])

    def _spread(self) -> Iterator[Metric]:
        histograms = self._totals.histograms
        whole = histograms["duration"]
        yield _histogram("vectorizer_jobs_duration", "Seconds from a job's start to its end.", "duration", (), whole)
        yield _histogram("vectorizer_jobs_duration_seconds", "The same.", "duration", (), whole)
        yield _histogram("svg_ai_optimization_duration_seconds", "The same.", "duration", (), whole)
        yield _histogram("svgai_span_seconds", "Seconds of a job by span.", "span", ("span",), histograms["span"])
        yield _histogram("svgai_ssim", "SSIM of drawings by tier.", "ssim", ("tier",), histograms["ssim"])
        count = sum(sum(counts[:-1]) for counts in histograms["ssim"].values())
        total = sum(counts[-1] for counts in histograms["ssim"].values())
        if count:
            yield GaugeMetricFamily("svg_ai_average_ssim", "Mean SSIM of all drawings.", value=total / count)


def _momentary(now: Gauges) -> Iterator[Metric]:
    yield GaugeMetricFamily("vectorizer_jobs_active", "Jobs processing.", value=now.active)
    yield GaugeMetricFamily("svgai_queue_depth", "Jobs waiting.", value=now.queued)
    yield GaugeMetricFamily("svg_ai_optimization_queue_size", "Jobs waiting.", value=now.queued)
    yield GaugeMetricFamily("svgai_job_oldest_processing_seconds", "Age of the longest running job.", value=now.oldest)
    yield GaugeMetricFamily("svgai_disk_free_ratio", "Of the disk of the data folder.", value=now.disk_free)
    yield GaugeMetricFamily("svgai_memory_bytes", "Resident, with all workers.", value=now.memory)
    yield GaugeMetricFamily("svgai_memory_limit_bytes", "Of the container or machine.", value=now.memory_limit)
    yield GaugeMetricFamily("svgai_draining", "1 while the service is stopping.", value=float(now.draining))
    yield GaugeMetricFamily("svgai_workers_healthy", "1 where worker processes start.", value=float(now.healthy))
    if now.redis is not None:
        yield GaugeMetricFamily("svgai_redis_up", "1 where Redis answers.", value=float(now.redis))
    if now.broker is not None:
        yield GaugeMetricFamily("svgai_broker_up", "1 where the broker answers.", value=float(now.broker))
    found = versions()
    info = GaugeMetricFamily("svgai_build_info", "Versions.", labels=[name.replace("-", "_") for name in found])
    info.add_metric(list(found.values()), 1)
    yield info


def _counter(name: str, text: str, labels: Sequence[str], counts: dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for label, count in sorted(counts.items()):
        family.add_metric(label.split("/"), count)
    return family


def _histogram(name: str, text: str, kind: str, labels: Sequence[str], found: dict[str, list[float]]) -> Metric:
    family = HistogramMetricFamily(name, text, labels=labels)
    empty = [0.0] * (len(BUCKETS[kind]) + 2)
    for label, counts in sorted((found or ({"": empty} if not labels else {})).items()):
        *buckets, total = counts
        bounds = [*map(str, map(float, BUCKETS[kind])), "+Inf"]
        cumulative = [(bound, sum(buckets[: k + 1])) for k, bound in enumerate(bounds)]
        family.add_metric([label] if labels else [], cumulative, total)
    return family
