"""The page of the Mesa model, looked at in a real browser: it steps, its sliders work, and it asks nobody else."""

import contextlib
import importlib
import ipaddress
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from sim import cli
from sim.app import server
from sim.app.sliders import FIRMS, SLIDERS, scenario
from sim.engines import simulate
from sim.model.instruments import INSTRUMENTS
from sim.model.nouns import OPTIONS
from sim.model.outcome_table import COLUMNS, OUTCOMES
from sim.model.parameters import PARAMETERS
from sim.model.scenario import load
from sim.report import style

PATIENCE = 60
"""Seconds until a change has to be seen."""

QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1400",
)  # fmt: skip

READ_CURVES = """
    const done = arguments[arguments.length - 1];
    Promise.all([...document.images].filter(i => i.src.startsWith('blob:')).map(i => fetch(i.src).then(r => r.text())))
        .then(done, error => done([String(error)]));
"""
"""Texts of all figures, which are SVG."""


def at_the_start():
    return {name: slider.start for name, slider in SLIDERS.items()}


def test_the_page_starts_as_the_baseline():
    shown, baseline = scenario(at_the_start()), load("baseline")
    assert shown.values == baseline.values
    assert shown.base_values == baseline.base_values
    assert [policy.fields["rate"] for policy in shown.policies] == [0.0]
    assert shown.run.firms == FIRMS < baseline.run.firms


@pytest.mark.parametrize("name", SLIDERS)
@pytest.mark.parametrize("place", ["low", "a step up", "high"])
def test_every_slider_moves_its_setting_from_end_to_end(name, place):
    slider = SLIDERS[name]
    there = slider.low + slider.step if place == "a step up" else getattr(slider, place)
    found = scenario({name: there})
    group, _, key = slider.setting.rpartition(".")
    if group == "policy.subsidy":
        assert found.policies[0].fields[key] == there
    else:
        assert set(found.values[slider.setting]) == {there}
    assert found.base_values == load("baseline").base_values


def test_sliders_cover_the_plausible_range_of_what_they_move():
    rate = INSTRUMENTS["public_cloud_subsidy"].fields["rate"]
    for slider in SLIDERS.values():
        assert (slider.low, slider.high) == PARAMETERS.get(slider.setting, rate).plausible


def test_a_slider_can_stop_where_it_starts_and_at_its_end():
    for slider in SLIDERS.values():
        for place in (slider.start, slider.high):
            steps = (place - slider.low) / slider.step
            assert steps == pytest.approx(round(steps)), slider.setting


def test_the_page_is_for_this_computer_alone():
    addresses = {address[0] for *_, address in socket.getaddrinfo(server.HOST, 80)}
    assert addresses
    assert all(ipaddress.ip_address(address).is_loopback for address in addresses)


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch, capsys):
    monkeypatch.setattr(server, "NEEDED", ("json", "no_such_module"))
    assert cli.exit_code(["page"]) == cli.BAD_INPUT
    assert 'not installed (no-such-module): pip install "sme-cloud-adoption[viz]"' in capsys.readouterr().err


def test_a_browser_is_opened_unless_it_is_told_not_to(monkeypatch):
    asked = []
    monkeypatch.setattr(server, "serve", lambda *given: asked.append(given))
    assert cli.exit_code(["page"]) == cli.exit_code(["page", "--no-browser", "--port=0"]) == 0
    assert asked == [(8765, True), (0, False)]


def test_a_taken_port_is_refused(capsys):
    with socket.create_server((server.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.exit_code(["page", "--no-browser", f"--port={port}"]) == cli.BAD_INPUT
    assert f"port {port} " in capsys.readouterr().err


@pytest.fixture
def drawing(monkeypatch):
    """What draws the page, without a browser, and its model after two months of another replicate than the first."""
    for name, value in server.SETTINGS.items():
        monkeypatch.setenv(name, value)
    page = importlib.import_module("sim.app.page")
    model = page.ShownModel(**at_the_start(), replicate=3)
    model.step()
    model.step()
    return page, model


def test_sliders_say_what_they_move_and_in_which_unit(drawing):
    page, _ = drawing
    found = page.sliders()
    assert found["public_price"].label == "public price at the start p₀ (CNY per seat-month)"
    assert found["subsidy_rate"].label == "subsidy of public cloud (share of price)"
    assert not any("money" in slider.label for slider in found.values())
    for name, slider in SLIDERS.items():
        shown = found[name]
        assert (shown.value, shown.min, shown.max, shown.step) == (slider.start, slider.low, slider.high, slider.step)
    luck = found["replicate"]
    assert (luck.value, luck.min, luck.max, luck.step) == (0, 0, 99, 1), "the first hundred, as of `make run`"


def test_the_page_says_where_the_run_stands_and_with_which_settings(drawing, monkeypatch):
    page, _ = drawing
    said = []
    monkeypatch.setattr(page.solara, "Column", lambda **_: contextlib.nullcontext())
    monkeypatch.setattr(page.solara, "Text", lambda sentence, **_: said.append(sentence))
    model = page.ShownModel(**{**at_the_start(), "subsidy_rate": 0.35}, replicate=3)
    model.step()
    page.words(model)
    now = model.outcomes()
    assert said[0] == "Month 1 of 120"
    assert said[2] == f"Public cloud costs {now['price']:.1f} CNY per seat-month."
    risks = (f"{100 * now[f'risk.{each}']:.1f} %" for each in ("perceived", "objective"))
    assert said[3] == "Firms put the chance of being hit there at {} per year; it is {}.".format(*risks)
    assert said[4].startswith("This run: scenario baseline, 300 simulated firms from 2026-01, replicate 3; ")
    assert "public price at the start p₀ 100, subsidy of public cloud 0.35, reach" in said[4]


@pytest.mark.parametrize(
    ("figure", "title", "unit", "curves"),
    [
        (
            "shares", "Firms by option (weighted to the nation)", "% of firms",
            {style.OPTION_NAMES[option]: f"share.firms.{option}" for option in OPTIONS},
        ),
        (
            "price", "Price of public cloud", "CNY per seat-month",
            {"list price": "price", "providers' unit cost": "unit_cost"},
        ),
        (
            "risk", "Chance that a customer of public cloud is hit", "% per year",
            {"as firms perceive it": "risk.perceived", "as it is": "risk.objective"},
        ),
    ],
)  # fmt: skip
def test_curves_are_called_what_they_show_on_an_axis_of_the_whole_run(drawing, figure, title, unit, curves):
    page, model = drawing
    run = simulate(scenario(at_the_start()), 3, "numpy")
    drawn = getattr(page, figure)(model)
    axes = drawn.axes[0]
    lines, called = axes.get_legend_handles_labels()
    assert [text.get_text() for text in drawn.legends[0].get_texts()] == called == list(curves)
    assert len({line.get_color() for line in lines}) == len(curves)
    for line, outcome in zip(lines, curves.values(), strict=True):
        values = run.values[:3, COLUMNS.index((outcome, "total"))]
        np.testing.assert_allclose(line.get_ydata(), (100.0 if unit.startswith("%") else 1.0) * values)
        assert line.get_xdata().tolist() == pytest.approx([2026, 2026 + 1 / 12, 2026 + 2 / 12])
    now = [(line.get_color(), line.get_xdata()[-1], line.get_ydata()[-1]) for line in lines]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [(dot.get_color(), *np.ravel(dot.get_xydata())) for dot in dots] == now
    assert (axes.get_title(loc="left"), axes.get_ylabel()) == (title, unit)
    assert axes.get_xlim() == (2026, 2036)


@pytest.mark.parametrize("figure", ["shares", "price", "risk"])
def test_an_axis_begins_at_nothing_and_leaves_room_above_the_curves(drawing, figure):
    page, model = drawing
    axes = getattr(page, figure)(model).axes[0]
    values = np.concatenate([line.get_ydata() for line in axes.lines])
    assert axes.get_ylim() == (0, pytest.approx(values.max() + 0.1 * np.ptp(values)))


@pytest.fixture(scope="module")
def way_out():
    """Stands where a proxy to the internet would be; nobody is to knock."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        yield proxy


def knocked(proxy):
    """Whether anybody wanted to get out since this was last asked."""
    with contextlib.suppress(BlockingIOError):
        proxy.accept()[0].close()
        return True
    return False


@pytest.fixture(scope="module")
def address(tmp_path_factory, way_out):
    """Where `sim page` serves, in a process of its own that ends as if by Ctrl-C."""
    log = tmp_path_factory.mktemp("page") / "log"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    proxy = f"http://127.0.0.1:{way_out.getsockname()[1]}"
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), proxy)
    environment |= dict.fromkeys(("no_proxy", "NO_PROXY"), server.HOST)
    command = [sys.executable, "-m", "sim", "page", "--port", "0", "--no-browser"]
    with log.open("w") as stream, subprocess.Popen(command, env=environment, stdout=stream, stderr=stream) as process:
        try:
            yield until_served(process, log)
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == cli.INTERRUPTED[signal.SIGINT], log.read_text()
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()


def until_served(process, log):
    """Address of the page, as soon as it answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        said = re.search(r"http://localhost:(\d+)", log.read_text())
        if said is not None:
            with contextlib.suppress(OSError), socket.create_connection((server.HOST, int(said[1])), 1):
                return said[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser without a window, of this machine: nothing is downloaded."""
    program, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if program is None or driver is None:
        missing = "no Chromium with chromedriver on the PATH (Debian: apt-get install chromium chromium-driver)"
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(f"{missing}: the page is not looked at")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    browser = webdriver.Chrome(options, Service(driver))
    browser.set_script_timeout(PATIENCE)
    yield browser
    browser.quit()


@pytest.fixture
def page(chromium, address):
    """The page as a new visitor finds it."""
    chromium.get(address)
    until_text(chromium, "Month 0 of 120")
    return chromium


def until(browser, holds, wanted):
    """Wait until something holds of the text that can be read on the page."""
    body = (By.TAG_NAME, "body")
    WebDriverWait(browser, PATIENCE, 0.1, [StaleElementReferenceException]).until(
        lambda browser: holds(browser.find_element(*body).text), f"{wanted!r} is nowhere on the page"
    )


def until_text(browser, wanted):
    """Wait until a text can be read on the page."""
    until(browser, lambda said: wanted in said, wanted)


def button(browser, label):
    (found,) = (each for each in browser.find_elements(By.TAG_NAME, "button") if each.text.lower() == label)
    return found


def curves(browser):
    """Points drawn so far of each curve on the page, by outcome."""
    found = {}
    for figure in browser.execute_async_script(READ_CURVES):
        for name, path in re.findall(r'<g id="([a-z_.]+)">\s*<path d="([^"]*)"', figure):
            if name in OUTCOMES:
                found[name] = re.findall(r"[ML] (\S+) (\S+)", path)
    return found


def until_drawn(browser, points):
    """Curves, once each has so many points."""

    def drawn(browser):
        found = curves(browser)
        return found if len(found) == 8 and {len(path) for path in found.values()} == {points} else None

    return WebDriverWait(browser, PATIENCE, 0.1).until(drawn, f"no 8 curves of {points} points")


def test_a_step_moves_the_curves(page):
    before = until_drawn(page, 1)
    assert {name for name in before if name.startswith("share")} == {f"share.firms.{option}" for option in OPTIONS}
    assert {"price", "unit_cost", "risk.perceived", "risk.objective"} < set(before)
    for month in (1, 2):
        button(page, "step").click()
        until_text(page, f"Month {month} of 120")
        after = until_drawn(page, month + 1)
    for name, path in after.items():
        assert float(path[-1][0]) > float(path[0][0]), f"{name} has not moved on"
    assert after["price"][-1][1] != after["price"][0][1]


def test_the_page_says_what_the_model_does(page):
    start = dict(zip(COLUMNS, simulate(scenario(at_the_start()), 0, "numpy").values[0], strict=False))
    believed, true = (100 * start[f"risk.{each}", "total"] for each in ("perceived", "objective"))
    until_text(page, f"being hit there at {believed:.1f} % per year; it is {true:.1f} %.")
    shares = (f"{style.OPTION_NAMES[k]} {100 * start[f'share.firms.{k}', 'total']:.1f} %" for k in OPTIONS)
    until_text(page, f"Firms: {', '.join(shares)}.")
    assert not any(tab.is_displayed() for tab in page.find_elements(By.CLASS_NAME, "v-tabs")), "of a single page"


def test_play_goes_on_until_pause(page):
    button(page, "▶").click()
    until(page, lambda said: int(re.search(r"Month (\d+) of 120", said)[1]) >= 3, "month 3")  # it may be gone by then
    button(page, "❚❚").click()
    WebDriverWait(page, PATIENCE).until(lambda page: button(page, "step").is_enabled())


def test_a_slider_takes_effect_at_the_next_reset(page):
    slider = SLIDERS["public_price"]
    symbol = PARAMETERS[slider.setting].symbol
    until_text(page, f"{symbol} {slider.start:g}")
    button(page, "step").click()
    until_text(page, "Month 1 of 120")
    label = f"{slider.label} (CNY per seat-month)"
    thumb = page.find_element(By.XPATH, f"//label[text()='{label}']/following-sibling::*//*[@role='slider']")
    thumb.send_keys(Keys.ARROW_RIGHT)
    WebDriverWait(page, PATIENCE).until(
        lambda _: float(thumb.get_attribute("aria-valuenow")) == slider.start + slider.step
    )
    button(page, "reset").click()
    until_text(page, "Month 0 of 120")
    until_text(page, f"{symbol} {slider.start + slider.step:g}")
    until_text(page, f"Public cloud costs {slider.start + slider.step:.1f} CNY")


def test_nobody_else_is_asked(page, address, way_out):
    button(page, "step").click()
    until_text(page, "Month 1 of 120")
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    urls = {each["request"]["url"] for each in asked}
    assert any(url.startswith(f"{address}/_solara/cdn/") for url in urls)
    local = (address, f"blob:{address}", "data:", "chrome:", "chrome-untrusted:")  # the last two: the browser itself
    assert {url for url in urls if not url.startswith(local)} == set()
    answers = [event["params"]["response"] for event in events if event["method"] == "Network.responseReceived"]
    refused = {answer["url"] for answer in answers if answer["status"] >= 400 and "/_solara/cdn/" in answer["url"]}
    assert refused == set()
    assert not knocked(way_out)
