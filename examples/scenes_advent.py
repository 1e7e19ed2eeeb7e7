"""The picture of the hospital kitchen on the first Sunday of Advent."""

import math

from examples.brush import Point, Sheet, curve, scatter


def first_advent(sheet: Sheet) -> Sheet:
    """Show a paper star and one lit candle in the kitchen window, and buns on a tray."""
    sheet.sky("#7d4a3c", "#a0604a")
    sheet.box((210, 40, 990, 560), "#5b3028", corner=10).box(
        (226, 56, 974, 544), "#f3e7d6", corner=6
    )
    for left, right in ((250, 588), (612, 950)):
        sheet.sky("#101a3d", "#2a3c73", "#51659a", box=(left, 80, right, 520))
        sheet.shape(curve((left, 520), ((left + right) / 2, 420), (right, 520)), "#dfe8f7")
    for n, (x, y) in enumerate(scatter(48, (256, 84, 944, 490))):
        if not 584 < x < 616:
            sheet.disc((x, y), 4 + n % 4 * 2, "#ffffffd0")
    sheet.shape([(180, 26), (352, 26), (248, 452), (180, 500)], "#b5352f")
    sheet.shape([(1020, 26), (848, 26), (952, 452), (1020, 500)], "#b5352f")
    for fold in (218, 262, 306):
        sheet.shape([(fold, 26), (fold + 14, 26), (fold * 0.5 + 92, 460)], "#9c2b27")
        sheet.shape([(1200 - fold, 26), (1186 - fold, 26), (1108 - fold * 0.5, 460)], "#9c2b27")
    sheet.box((150, 14, 1050, 34), "#e3c193", corner=10)
    _star(sheet, 600, 208)
    sheet.sky("#e8cfae", "#c9a67e", box=(150, 544, 1050, 590)).box((150, 586, 1050, 596), "#8a5f44")
    _candles(sheet)
    sheet.sky("#8b5a3c", "#6f4530", box=(0, 660, 1200, 800))
    _buns(sheet)
    return sheet


def _star(sheet: Sheet, x: float, y: float) -> None:
    sheet.stroke([(x, 20), (x, y - 60)], "#3a2420", 4).glow((x, y), 420, "#ffd98a20", rings=4)
    for point in range(7):
        middle = math.radians(point * 360 / 7 - 90)
        tip = (x + math.cos(middle) * 142, y + math.sin(middle) * 142)
        for side, colour in ((-1, "#ffcf70"), (1, "#f2a23f")):
            edge = middle + side * math.pi / 7
            inner = (x + math.cos(edge) * 56, y + math.sin(edge) * 56)
            sheet.shape([(x, y), tip, inner], colour)
    for ring in range(7):
        middle = math.radians(ring * 360 / 7 - 90)
        sheet.disc((x + math.cos(middle) * 66, y + math.sin(middle) * 66), 13, "#fff3cf")
    sheet.disc((x, y), 40, "#fff3cf")


def _candles(sheet: Sheet) -> None:
    sheet.box((400, 520, 800, 552), "#3f6b4c", corner=14)
    for n, (x, y) in enumerate(scatter(60, (396, 504, 804, 548))):
        sheet.disc((x, y), 22, ("#4d8059", "#38634a", "#5b9166")[n % 3], down=14)
    for x, y in scatter(14, (410, 512, 790, 546)):
        sheet.disc((x, y), 11, "#d23b34")
    for n, x in enumerate((440, 546, 652, 758)):
        top = 420 if n == 0 else 396
        sheet.box((x - 17, top, x + 17, 520), "#fbf4e4", corner=5).box(
            (x + 5, top, x + 17, 520), "#e6dac2", corner=3
        )
        sheet.stroke([(x, top), (x, top - 12)], "#40302c", 4)
    sheet.glow((440, 384), 190, "#ffdf8e30", rings=3)
    flame = [*curve((440, 348), (466, 388), (440, 408)), *curve((440, 408), (414, 388), (440, 348))]
    sheet.shape(flame, "#ffb938").disc((440, 394), 14, "#fff4c4", down=24)


def _buns(sheet: Sheet) -> None:
    sheet.disc((600, 768), 1040, "#3f271b70", down=44)
    sheet.box((110, 690, 1090, 766), "#b9c1c9", corner=34).box(
        (126, 690, 1074, 742), "#dfe5ea", corner=26
    )
    for n, x in enumerate((240, 420, 600, 780, 960)):
        y = 690 + n % 2 * 10
        sheet.disc((x, y + 32), 170, "#9aa4ad80", down=20)
        dough = _swirl(x, y)
        sheet.stroke(dough, "#c9781b", 34).stroke(dough, "#f2ae3d", 25)
        sheet.stroke([(a, b - 6) for a, b in dough[8:26]], "#ffd27a", 6)
        for middle in (dough[0], dough[-1]):
            sheet.disc(middle, 20, "#4a2a2a").disc((middle[0] - 3, middle[1] - 4), 6, "#7d5148")


def _swirl(x: float, y: float) -> list[Point]:
    left = []
    for step in range(31):
        turn, reach = math.radians(step * 15 - 450), 6 + step * 1.2
        left.append((x - 42 + reach * math.cos(turn), y + reach * math.sin(turn) * 0.86))
    return left + [(2 * x - a, 2 * y - b) for a, b in reversed(left)]
