"""SVG-AI's conversions and classifications. What it called AI is svgai's classifier and planner: rules over measured
features, and a search that scores every drawing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from svgai.errors import SvgaiError
from svgai.serve import answers, openapi, problems, svg_ai, uploads
from svgai.serve.intake import Ask, Made, made, service_of
from svgai.serve.jobs import CLASSIFY, is_id
from svgai.serve.problems import ApiError
from svgai.serve.store import upload
from svgai.serve.svg_ai import Batch, Convert, Image, Named, Optimize, Tiered
from svgai.serve.uploads import Upload, base_name

router = APIRouter(prefix="/api", tags=["SVG-AI"])
Model = TypeVar("Model", bound=BaseModel)


def _takes(model: type[BaseModel], files: str = "file", *, many: bool = False) -> dict[str, Any]:
    schema = model.model_json_schema()
    return openapi.body(openapi.json_of(schema), openapi.form(files, many=many))


async def _asked(request: Request, model: type[Model]) -> tuple[Model, list[Upload]]:
    """A request's fields, from JSON or from a form with files. Raises ApiError, SvgaiError."""
    service = service_of(request)
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            sent, words = await uploads.read_pictures(request, service.uploads)
            return model.model_validate(words), sent
        return model.model_validate_json(await request.body()), []
    except ValidationError as e:
        text = "; ".join(f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in e.errors())
        raise problems.invalid(text) from e


async def _picture(request: Request, asked: Image, sent: Sequence[Upload]) -> Upload:
    """The picture that a request is about. Raises ApiError, SvgaiError."""
    service = service_of(request)
    if sent:
        return sent[0]
    if asked.image is not None:
        data = uploads.decoded(asked.image, service.uploads)
        return await run_in_threadpool(uploads.picture, asked.filename or "", data)
    if asked.file_id is None:
        raise problems.invalid("give a file_id, or an image as base64")
    job = service.queue.get(asked.file_id) if is_id(asked.file_id) else None
    if job is None:
        raise problems.missing("File not found")
    try:
        data = await run_in_threadpool(service.store.read, upload(job.id, job.suffix))
    except FileNotFoundError as e:
        raise problems.missing("File not found") from e
    return Upload(job.name, data, job.suffix, job.digest)


async def _drawn(request: Request, upload: Upload, words: Mapping[str, str]) -> Made:
    return await made(request, upload, Ask(words, squares=True))


@router.post("/convert", openapi_extra=_takes(Convert))
async def convert(request: Request) -> JSONResponse:
    """The SVG of a picture, with its scores."""
    asked, sent = await _asked(request, Convert)
    try:
        words, ignored = svg_ai.words(asked)
    except ValueError as e:
        raise problems.invalid(str(e)) from e
    result = await _drawn(request, await _picture(request, asked, sent), words)
    name = asked.converter or asked.converter_type or "smart"
    return answers.json(svg_ai.converted(result.hit, name, ignored))


@router.post("/batch-convert", openapi_extra=openapi.body(openapi.json_of(Batch.model_json_schema())))
async def batch_convert(request: Request) -> JSONResponse:
    """Several pictures in one request; one that fails leaves the others alone."""
    asked, _ = await _asked(request, Batch)
    start = time.monotonic()
    most = service_of(request).uploads.files
    if not 1 <= len(asked.images) <= most:
        raise ApiError(413 if asked.images else 400, "INVALID_PARAMETERS", f"send 1 to {most} images")
    words = {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in asked.parameters.items()}
    results = await asyncio.gather(*(_one(request, image, words) for image in asked.images))
    good = sum(result["success"] for result in results)
    statistics = {"processing_time": time.monotonic() - start, "items_processed": len(results),
                  "batch_size": len(results), "errors": len(results) - good}  # fmt: skip
    return answers.json({"success": good > 0, "total_images": len(results), "results": results,
                         "successful_conversions": good, "failed_conversions": len(results) - good,
                         "batch_statistics": statistics})  # fmt: skip


async def _one(request: Request, image: Named, words: Mapping[str, str]) -> dict[str, Any]:
    name = base_name(image.name)
    try:
        data = uploads.decoded(image.data, service_of(request).uploads)
        result = await _drawn(request, await run_in_threadpool(uploads.picture, name, data), words)
    except SvgaiError as e:
        return {"name": name, "success": False, "error": str(problems.of_error(e))}
    except ApiError as e:
        return {"name": name, "success": False, "error": str(e)}
    answer = svg_ai.converted(result.hit, "smart", {})
    return {"name": name, "success": True, **{k: answer[k] for k in ("svg", "quality", "parameters")}}


@router.post("/optimize", openapi_extra=_takes(Optimize))
async def optimize(request: Request) -> JSONResponse:
    """The plan and parameters that reach a quality with the fewest bytes, found by drawing and measuring."""
    asked, sent = await _asked(request, Optimize)
    words = {"target_ssim": f"{asked.target_quality:g}"}
    result = await _drawn(request, await _picture(request, asked, sent), words)
    record = result.hit.record
    return answers.json({
        "success": True, "parameters": {"plan": record["plan"], **record["parameters"]},
        "target_quality": asked.target_quality, "actual_quality": record["ssim"],
        "target_reached": record["ssim"] >= asked.target_quality, "optimization_method": "measured_search",
        "drawings_tried": record["drawn"], "processing_time": record["seconds"]["total"],
    })  # fmt: skip


async def _classified(request: Request, upload: Upload) -> dict[str, Any]:
    result = await made(request, upload, Ask(kind=CLASSIFY))
    return svg_ai.classified(result.hit.record) | {"processing_time": result.seconds}


@router.post("/classify-logo", openapi_extra=_takes(Image))
async def classify_logo(request: Request) -> JSONResponse:
    """What kind of picture it is, and why."""
    asked, sent = await _asked(request, Image)
    return answers.json(await _classified(request, await _picture(request, asked, sent)))


@router.post("/analyze-logo-features", openapi_extra=_takes(Image))
async def analyze_logo_features(request: Request) -> JSONResponse:
    """The features that the classifier measures."""
    asked, sent = await _asked(request, Image)
    found = await _classified(request, await _picture(request, asked, sent))
    return answers.json({k: found[k] for k in ("success", "features", "width", "height", "processing_time")})


@router.post("/classify-batch", openapi_extra=openapi.body(openapi.form("images", many=True)))
async def classify_batch(request: Request) -> JSONResponse:
    """What kind each of several pictures is."""
    sent = await uploads.read(request, service_of(request).uploads)
    if not sent.files or len(sent.files) > service_of(request).uploads.files:
        raise problems.invalid(f"send 1 to {service_of(request).uploads.files} files as images")
    results = await asyncio.gather(*(_classified_or_not(request, *file) for file in sent.files))
    good = sum(result["success"] for result in results)
    return answers.json({"success": good > 0, "total_images": len(results), "results": results,
                         "successful": good, "failed": len(results) - good})  # fmt: skip


async def _classified_or_not(request: Request, name: str, data: bytes) -> dict[str, Any]:
    try:
        upload = await run_in_threadpool(uploads.picture, name, data)
        return {"filename": upload.name, **await _classified(request, upload)}
    except SvgaiError as e:
        return {"filename": base_name(name), "success": False, "error": str(problems.of_error(e))}
    except ApiError as e:
        return {"filename": base_name(name), "success": False, "error": str(e)}


@router.post("/convert-ai", openapi_extra=_takes(Tiered))
async def convert_ai(request: Request) -> JSONResponse:
    """A conversion with the reasons for its tier and its plan."""
    asked, sent = await _asked(request, Tiered)
    words = {"tier": str(asked.tier)}
    if asked.target_quality is not None:
        words["target_ssim"] = f"{asked.target_quality:g}"
    if asked.time_budget is not None:
        words["max_time"] = f"{asked.time_budget:g}"
    result = await _drawn(request, await _picture(request, asked, sent), words)
    record = result.hit.record
    routing = {"selected_tier": record["tier"], "forced": record["tier_forced"], "reasons": record["reasons"]}
    metadata = {
        "routing": routing,
        "conversion": {"plan": record["plan"], "parameters": record["parameters"], "drawings_tried": record["drawn"]},
        "tier_used": record["tier"],
        "predicted_quality": None,  # nothing is predicted: every drawing is measured
        "actual_quality": record["ssim"],
    }
    if asked.include_analysis:
        metadata["analysis"] = {"features": record["features"], "declined": record["declined"]}
    return answers.json({
        "success": True, "svg": result.hit.svg.decode(), "ai_metadata": metadata,
        "processing_time": record["seconds"]["total"], "endpoint": "/api/convert-ai", "ai_enabled": False,
        "method": "rules over measured features, and a search that scores every drawing",
    })  # fmt: skip
