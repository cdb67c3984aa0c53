from __future__ import annotations

import gzip
import re

from services.gateway.rest import RestOptions, services_in
from services.gateway.rest.openapi import Comments, document, packaged_image
from services.gateway.rest.reference import Reference
from tests.gateway_rest.workshop import image, service

PAGES = Reference(document([service()], Comments(image()), RestOptions())).pages


def page(name: str) -> str:
    return gzip.decompress(PAGES[name]).decode()


def test_there_is_an_overview_a_page_for_each_service_and_one_of_types() -> None:
    assert set(PAGES) == {"", "WorkshopService", "types"}


def test_every_operation_is_listed_and_described() -> None:
    for method in service().methods:
        anchor = f"WorkshopService_{method.name}"
        assert f'href="/reference/WorkshopService#{anchor}"' in page("")
        assert f'id="{anchor}"' in page("WorkshopService")


def test_pages_need_no_script_no_inline_style_and_nothing_from_outside() -> None:
    for name in PAGES:
        assert not re.search(r"<script|\sstyle=|<style|javascript:|\son\w+=", page(name))
        assert set(re.findall(r'(?:src|href)="(https?:|//)', page(name))) == set()


def test_links_between_pages_lead_somewhere() -> None:
    anchors = {(name, anchor) for name in PAGES for anchor in re.findall(r'id="([^"]+)"', page(name))}
    for name in PAGES:
        for target, anchor in re.findall(r'href="/reference/?([A-Za-z]*)#([^"]+)"', page(name)):
            assert (target, anchor) in anchors
        for target in re.findall(r'href="/reference/?([A-Za-z]*)"', page(name)):
            assert target in PAGES


def test_comments_cannot_bring_html_along() -> None:
    made = document([service()], Comments(image()), RestOptions(title="<script>alert(1)</script>"))

    overview = gzip.decompress(Reference(made).pages[""]).decode()

    assert "<script" not in overview


def test_the_contract_has_pages() -> None:
    services = [*services_in("minshao.watch.v1"), *services_in("minshao.gateway.v1")]

    pages = Reference(document(services, Comments(packaged_image()), RestOptions())).pages

    assert set(pages) == {"", "types", *(service.name for service in services)}
