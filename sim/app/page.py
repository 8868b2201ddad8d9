"""The Mesa model in a browser: curves that grow month by month, and sliders; `sim page` serves it."""

from collections.abc import Sequence

import numpy as np
import solara
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz

from sim.app.sliders import FIRMS, SLIDERS, scenario
from sim.engines.mesa_engine import CloudAdoption
from sim.model.nouns import OPTIONS
from sim.report import style

LAST_REPLICATE = 99
SIZE = (5.2, 3.9)
"""Of a figure, in inches."""
PANEL = (0.12, 0.16, 0.84, 0.75)
"""Left, bottom, width and height of its panel, as shares; a layout found anew for each step would take most of it."""

LOOK = """
.v-input__slider .v-input__slot { flex-wrap: wrap; }
.v-input__slider .v-input__slot > .v-label { flex: 1 0 100%; height: auto; }
.v-tabs { display: none; }
"""
"""Mesa leaves long labels no room for their sliders, and gives a single page a tab named Page 0."""


class ShownModel(CloudAdoption):
    """The model that the page shows, made anew from its sliders at every reset.

    Parameters
    ----------
    public_price, subsidy_rate, reach, agent_value, loss, chance
        Positions of `SLIDERS`.
    replicate
        Number of the replicate: another one is another world of the same kind.
    """

    def __init__(self, public_price, subsidy_rate, reach, agent_value, loss, chance, replicate=0):
        positions = (public_price, subsidy_rate, reach, agent_value, loss, chance)
        self.positions = dict(zip(SLIDERS, positions, strict=True))
        super().__init__(scenario(self.positions), replicate)

    def series(self, outcome: str) -> np.ndarray:
        """An outcome from the start to the current month."""
        return np.array(self.datacollector.model_vars[outcome])

    def years(self) -> np.ndarray:
        """Calendar year, with its fraction, of the start and of each month so far."""
        return style.calendar_years(self.case.run.start, np.arange(self.month + 1))


def sliders() -> dict[str, Slider]:
    """Sliders as Mesa takes them, with units in their labels; the last one chooses the luck."""
    currency = scenario({}).currency
    found = {}
    for name, each in SLIDERS.items():
        label = f"{each.label} ({each.unit.replace('money', currency)})"
        found[name] = Slider(label, each.start, each.low, each.high, each.step)
    return found | {"replicate": Slider("replicate: other random numbers", 0, 0, LAST_REPLICATE, 1)}


def draw(
    model: ShownModel, title: str, unit: str, curves: Sequence[tuple[str, str, str]], scale: float = 1.0
) -> Figure:
    """Curves of some outcomes over the whole run, so that the axis stays where it is.

    Parameters
    ----------
    curves
        Outcome, label and colour of each.
    scale
        What the outcomes are multiplied by: 100 for per cent.
    """
    with style.house_style():
        figure = Figure(figsize=SIZE)
        axes: Axes = figure.add_axes(PANEL)
        for outcome, label, colour in curves:
            series = scale * model.series(outcome)
            axes.plot(model.years(), series, color=colour, label=label, gid=outcome)
            axes.plot(model.years()[-1], series[-1], "o", color=colour, markersize=4)
        axes.set_title(title, loc="left")
        axes.set_ylabel(unit)
        axes.margins(y=0.1)  # before the limit, which it does not change once there is one
        axes.set_ylim(bottom=0)
        first = float(model.years()[0])
        style.date_axis(axes, (first, first + model.world.months / 12))
        figure.legend(loc="lower center", ncols=len(curves))
    return figure


def shares(model: ShownModel) -> Figure:
    """Shares of firms by option."""
    curves = [(f"share.firms.{k}", style.OPTION_NAMES[k], style.OPTION_COLOURS[k]) for k in OPTIONS]
    return draw(model, "Firms by option (weighted to the nation)", "% of firms", curves, 100.0)


def price(model: ShownModel) -> Figure:
    """Price and unit cost of public cloud."""
    blue, red = style.SERIES_COLOURS[:2]
    curves = [("price", "list price", blue), ("unit_cost", "providers' unit cost", red)]
    return draw(model, "Price of public cloud", f"{model.case.currency} per seat-month", curves)


def risk(model: ShownModel) -> Figure:
    """Risk of public cloud as firms perceive it, and as it is."""
    blue, red = style.SERIES_COLOURS[:2]
    curves = [("risk.perceived", "as firms perceive it", blue), ("risk.objective", "as it is", red)]
    return draw(model, "Chance that a customer of public cloud is hit", "% per year", curves, 100.0)


def words(model: ShownModel):
    """Where the run stands, and with which settings."""
    now, run, currency = model.outcomes(), model.case.run, model.case.currency
    settings = [f"{SLIDERS[name].label} {position:g}" for name, position in model.positions.items()]
    shown = ", ".join(f"{style.OPTION_NAMES[k]} {100 * now[f'share.firms.{k}']:.1f} %" for k in OPTIONS)
    with solara.Column(gap="6px"):
        solara.Text(f"Month {model.month} of {model.world.months}", style={"font-weight": "bold", "font-size": "1.2em"})
        solara.Text(f"Firms: {shown}.")
        solara.Text(f"Public cloud costs {now['price']:.1f} {currency} per seat-month.")
        solara.Text(
            f"Firms put the chance of being hit there at {100 * now['risk.perceived']:.1f} % per year; "
            f"it is {100 * now['risk.objective']:.1f} %."
        )
        solara.Text(
            f"This run: scenario {model.case.name}, {FIRMS} simulated firms from {run.start}, "
            f"replicate {model.world.replicate}; {', '.join(settings)}. "
            "One step is one month. Sliders take effect at the next reset."
        )


def _shown(figure_of):
    """Component of one figure."""

    def component(model: ShownModel):
        solara.FigureMatplotlib(figure_of(model), format="svg")

    return component


@solara.component
def Page():  # noqa: N802 - the name that Solara looks for
    """The page; every visitor has a model of their own."""
    found = sliders()
    model = solara.use_memo(lambda: ShownModel(**{name: slider.value for name, slider in found.items()}), [])
    components = [(each, 0) for each in (words, _shown(shares), _shown(price), _shown(risk))]
    solara.Style(LOOK)
    SolaraViz(model, components=components, model_params=found, name="Cloud adoption by firms")
