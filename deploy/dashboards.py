"""Makes the Grafana dashboards: `python deploy/dashboards.py` writes monitoring/grafana*.json anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grafana_foundation_sdk.builders.common import VizLegendOptions
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.timeseries import Panel as Timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import BigValueGraphMode, LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import DataSourceRef, GridPos

MONITORING = Path(__file__).parent / "monitoring"
# The datasource's uid in monitoring/grafana/provisioning/datasources/prometheus.yml.
_SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
_JOB = 'job="vectorizer-api"'
# Streams of events last as long as their job, and are no slow responses.
_ANSWERS = f'{_JOB}, route!~".*/events"'
# Grid units of Grafana: a page is 24 wide.
_NARROW, _HALF, _LOW, _HIGH = 4, 12, 4, 8


@dataclass(frozen=True, slots=True)
class Chart:
    """A panel of curves. curves: (legend, PromQL); unit: Grafana's name of it."""

    title: str
    unit: str
    curves: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A panel with one number."""

    title: str
    unit: str
    expression: str


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard: figures in a row, six at most, and charts beneath.

    file: beneath monitoring/; uid: the end of its address, /d/UID.
    """

    file: str
    uid: str
    title: str
    panels: Sequence[Chart | Figure]


def _quantile(share: float, metric: str, labels: str) -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({metric}_bucket{{{labels}}}[5m])))"


_REQUESTS = f"sum(rate(http_requests_total{{{_JOB}}}[5m]))"
_FAILED = f'sum(rate(http_requests_total{{{_JOB}, status=~"5.."}}[5m])) or vector(0)'
_ACTIVE = Figure("Active jobs", "none", f"max(vectorizer_jobs_active{{{_JOB}}})")
_MEMORY = Chart("Memory", "bytes", [("{{instance}}", f"svgai_memory_bytes{{{_JOB}}}"),
                                    ("limit of {{instance}}", f"svgai_memory_limit_bytes{{{_JOB}}}")])  # fmt: skip
_CPU = Chart("CPU of the service, without its workers", "percentunit",
             [("{{instance}}", f"rate(process_cpu_seconds_total{{{_JOB}}}[5m])")])  # fmt: skip
_ERRORS = Chart("Jobs that failed, a second", "ops",
                [("{{type}}", f"sum by (type) (rate(vectorizer_errors_total{{{_JOB}}}[5m]))")])  # fmt: skip
_DURATION = Chart("Time of a job", "s", [
    (f"{name}", _quantile(share, "vectorizer_jobs_duration", _JOB))
    for name, share in (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99))
])  # fmt: skip
_REPLICAS = Figure("Replicas that answer", "none", f"count(up{{{_JOB}}} == 1) or vector(0)")

PAGES = (
    Page("grafana/dashboards/app-performance.json", "app-performance", "Application performance", [
        _REPLICAS,
        _ACTIVE,
        Figure("Jobs that wait", "none", f"max(svgai_queue_depth{{{_JOB}}})"),
        Figure("Oldest running job", "s", f"max(svgai_job_oldest_processing_seconds{{{_JOB}}})"),
        Figure("Mean SSIM", "none",
               f"sum(rate(svgai_ssim_sum{{{_JOB}}}[1h])) / sum(rate(svgai_ssim_count{{{_JOB}}}[1h]))"),
        Chart("Requests a second", "reqps", [
            ("{{route}}", f"sum by (route) (rate(http_requests_total{{{_JOB}}}[5m]))"),
        ]),
        Chart("Time of a request", "s", [
            (name, _quantile(share, "http_request_duration_seconds", _ANSWERS))
            for name, share in (("median", 0.5), ("95 %", 0.95), ("99 %", 0.99))
        ]),
        Chart("Jobs ended, a second", "ops", [
            ("{{status}}", f"sum by (status) (rate(vectorizer_jobs_total{{{_JOB}}}[5m]))"),
        ]),
        _DURATION,
        Chart("Where a job's time goes", "percentunit", [
            ("{{span}}", f"sum by (span) (rate(svgai_span_seconds_sum{{{_JOB}}}[5m]))"),
        ]),
        Chart("Late, a second, by tier", "ops", [
            ("tier {{tier}}", f"sum by (tier) (rate(svgai_late_total{{{_JOB}}}[5m]))"),
        ]),
        Chart("SSIM by tier, the lowest twentieth", "none", [
            ("tier {{tier}}",
             f"histogram_quantile(0.05, sum by (le, tier) (rate(svgai_ssim_bucket{{{_JOB}}}[1h])))"),
        ]),
        Chart("Share of answers from the cache", "percentunit", [
            ("cache", f"sum(rate(svgai_cache_hits_total{{{_JOB}}}[5m])) / (sum(rate(svgai_cache_hits_total{{{_JOB}}}"
                      f"[5m])) + sum(rate(svgai_cache_misses_total{{{_JOB}}}[5m])))"),
        ]),
    ]),
    Page("grafana/dashboards/system-resources.json", "system-resources", "System resources", [
        Figure("Disk that is free", "percentunit", f"min(svgai_disk_free_ratio{{{_JOB}}})"),
        Figure("Largest share of a replica's memory", "percentunit",
               f"max(svgai_memory_bytes{{{_JOB}}} / svgai_memory_limit_bytes{{{_JOB}}})"),
        Figure("Redis", "none", f"min(svgai_redis_up{{{_JOB}}})"),
        Figure("Broker", "none", f"min(svgai_broker_up{{{_JOB}}})"),
        Figure("Workers start", "none", f"min(svgai_workers_healthy{{{_JOB}}})"),
        _MEMORY,
        _CPU,
        Chart("Files open", "none", [("{{instance}}", f"process_open_fds{{{_JOB}}}")]),
        Chart("Disk that is free", "percentunit", [("disk", f"min(svgai_disk_free_ratio{{{_JOB}}})")]),
        Chart("Requests being answered", "none", [("{{instance}}", f"http_requests_active{{{_JOB}}}")]),
        Chart("Since the start", "s", [("{{instance}}", f"time() - process_start_time_seconds{{{_JOB}}}")]),
    ]),
    Page("grafana/dashboards/error-tracking.json", "error-tracking", "Error tracking", [
        Figure("Requests that fail by our fault", "percentunit", f"({_FAILED}) / {_REQUESTS}"),
        Figure("Jobs that failed, of the last hour", "none", f"sum(increase(vectorizer_errors_total{{{_JOB}}}[1h]))"),
        Figure("Alerts", "none", 'count(ALERTS{alertstate="firing"}) or vector(0)'),
        _ERRORS,
        Chart("Answers that are errors, a second", "reqps", [
            ("{{status}}", f'sum by (status) (rate(http_requests_total{{{_JOB}, status=~"[45].."}}[5m]))'),
        ]),
        Chart("Refused by a limit, a second", "reqps", [
            ("{{kind}}", f"sum by (kind) (rate(svgai_rate_limited_total{{{_JOB}}}[5m]))"),
        ]),
        Chart("Targets missed, a second", "ops", [
            ("tier {{tier}}", f'sum by (tier) (rate(svgai_verdicts_total{{{_JOB}, verdict="MISS"}}[5m]))'),
        ]),
        Chart("Alerts", "none", [("{{alertname}}", 'sum by (alertname) (ALERTS{alertstate="firing"})')]),
    ]),
    # Vectorizer.dev's six panels, for a Grafana of one's own: Dashboards, New, Import.
    Page("grafana-dashboard.json", "vectorizer", "Vectorizer", [
        Figure("Jobs processed", "none", f"sum(vectorizer_jobs_total{{{_JOB}}})"),
        _ACTIVE, _DURATION, _ERRORS, _MEMORY, _CPU,
    ]),
)  # fmt: skip


def dashboard(page: Page) -> str:
    """A page as Grafana reads it."""
    built = Dashboard(page.title).uid(page.uid).tags(["svgai"]).time("now-6h", "now").refresh("30s").readonly()
    figures = [panel for panel in page.panels if isinstance(panel, Figure)]
    charts = [panel for panel in page.panels if isinstance(panel, Chart)]
    for k, figure in enumerate(figures):
        built.with_panel(_figure(figure).grid_pos(GridPos(x=k * _NARROW, y=0, w=_NARROW, h=_LOW)))
    for k, chart in enumerate(charts):
        place = GridPos(x=k % 2 * _HALF, y=_LOW + k // 2 * _HIGH, w=_HALF, h=_HIGH)
        built.with_panel(_chart(chart).grid_pos(place))
    return JSONEncoder(sort_keys=True, indent=2).encode(built.build()) + "\n"


def _chart(chart: Chart) -> Timeseries:
    legend_below = VizLegendOptions().display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM)
    panel = Timeseries().title(chart.title).unit(chart.unit).datasource(_SOURCE).min(0)
    panel.legend(legend_below.show_legend(True))
    for name, (legend, expression) in zip("ABCDEF", chart.curves, strict=False):
        panel.with_target(Dataquery().expr(expression).legend_format(legend).ref_id(name))
    return panel


def _figure(figure: Figure) -> Stat:
    panel = Stat().title(figure.title).unit(figure.unit).datasource(_SOURCE)
    panel.graph_mode(BigValueGraphMode.NONE)
    return panel.with_target(Dataquery().expr(figure.expression).ref_id("A").instant())


if __name__ == "__main__":
    for each in PAGES:
        (MONITORING / each.file).write_text(dashboard(each), encoding="utf-8")
