"""Reflex's own settings; ours are in `thads_app.settings`."""

import reflex as rx

from thads_app.portable_origin import PortableOriginPlugin
from thads_app.settings import get_settings

settings = get_settings()

config = rx.Config(
    app_name="thads_app",
    frontend_port=settings.port,
    backend_port=settings.port,
    backend_host=settings.host,
    # The address inside the built pages is replaced by the browser's own, see the plugin.
    api_url=PortableOriginPlugin.BAKED_ORIGIN,
    deploy_url=settings.origin,
    cors_allowed_origins=settings.origins,
    trusted_proxy_hops=settings.trusted_proxy_hops,
    redis_url=settings.redis_url or None,
    redis_token_expiration=8 * 3600,
    redis_lock_expiration=10_000,
    # One process keeps its tabs in memory; several share them through Redis. Never on disk: it is people's data.
    state_manager_mode=rx.constants.StateManagerMode.REDIS
    if settings.redis_url
    else rx.constants.StateManagerMode.MEMORY,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="system",
    react_strict_mode=False,
    frontend_compression_formats=["gzip"],
    plugins=[PortableOriginPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
