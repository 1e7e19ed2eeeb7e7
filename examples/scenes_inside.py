"""Pictures from indoors: a queue ticket, and a bench in the laboratory."""

import math

from examples.brush import Point, Sheet, curve

# Which of the seven strokes of a display digit are lit: top, the sides, middle, bottom.
_STROKES = {2: "top right-up middle left-down bottom", 7: "top right-up right-down"}


def queue_ticket(sheet: Sheet) -> Sheet:
    """Show a paper ticket with number 27, pulled from its holder, and a plaster with a heart."""
    sheet.sky("#d9efe9", "#c2e3dc", box=(0, 0, 1200, 600))
    sheet.sky("#8fbfb4", "#7db0a5", box=(0, 600, 1200, 800)).box((0, 588, 1200, 604), "#6ba095")
    for x in (40, 212, 384):
        sheet.box((x, 392, x + 140, 520), "#2f7d78", corner=22).box(
            (x, 500, x + 140, 540), "#266661", corner=14
        )
        sheet.box((x + 16, 536, x + 28, 676), "#4b5a66").box(
            (x + 112, 536, x + 124, 676), "#4b5a66"
        )
    sheet.disc((282, 684), 560, "#5a8f8440", down=22)
    sheet.box((70, 92, 480, 292), "#ffffff", corner=18).box(
        (86, 108, 464, 276), "#17364a", corner=10
    )
    _digit(sheet, 2, (186, 134), 62, "#ffcf5c")
    _digit(sheet, 7, (302, 134), 62, "#ffcf5c")
    _ticket(sheet)
    _plaster(sheet)
    return sheet


def _ticket(sheet: Sheet) -> None:
    sheet.disc((790, 726), 420, "#5a8f8460", down=30).box((770, 330, 810, 726), "#5b6b78")
    sheet.disc((790, 722), 230, "#46545f", down=40)
    sheet.disc((790, 214), 340, "#b92f2a").disc((790, 206), 332, "#e2463f").disc(
        (790, 206), 200, "#f4766c"
    )
    sheet.disc((790, 206), 120, "#e2463f")
    sheet.box((684, 312, 896, 336), "#8c1f1c", corner=12)
    sheet.shape([(704, 324), (876, 324), (892, 566), (694, 580)], "#e8e2d4")
    sheet.shape([(700, 324), (872, 324), (884, 556), (688, 570)], "#fffdf6")
    for n in range(9):
        x = 698 + n * 21.6
        sheet.disc((x, 568 - n * 1.5), 20, "#fffdf6")
    _digit(sheet, 2, (722, 376), 52, "#23323d")
    _digit(sheet, 7, (808, 376), 52, "#23323d")
    for y, wide in ((506, 120), (526, 80)):
        sheet.box((786 - wide / 2, y, 786 + wide / 2, y + 8), "#c9c2b2", corner=4)


def _digit(sheet: Sheet, digit: int, corner: Point, wide: float, colour: str) -> None:
    x, y, thick = *corner, wide * 0.26
    left, right, top, middle, low = x, x + wide, y, y + wide * 0.92, y + wide * 1.84
    ends = {
        "top": [(left, top), (right, top)],
        "right-up": [(right, top), (right, middle)],
        "middle": [(left, middle), (right, middle)],
        "left-down": [(left, middle), (left, low)],
        "right-down": [(right, middle), (right, low)],
        "bottom": [(left, low), (right, low)],
    }
    for name in _STROKES[digit].split():
        sheet.stroke(ends[name], colour, thick)


def _plaster(sheet: Sheet) -> None:
    turn = math.radians(-28)

    def at(x: float, y: float) -> Point:
        return (
            1040 + x * math.cos(turn) - y * math.sin(turn),
            610 + x * math.sin(turn) + y * math.cos(turn),
        )

    sheet.stroke([at(-78, 12), at(78, 12)], "#6ea297", 92)
    sheet.stroke([at(-78, 0), at(78, 0)], "#f3c39a", 92)
    sheet.shape([at(-40, -46), at(40, -46), at(40, 46), at(-40, 46)], "#fbe0c6")
    for x in (-96, -74, 74, 96):
        for y in (-22, 0, 22):
            sheet.disc(at(x, y), 7, "#d99f70")
    sheet.disc(at(-13, -9), 32, "#e2463f").disc(at(13, -9), 32, "#e2463f")
    sheet.shape([at(-27, -2), at(27, -2), at(0, 32)], "#e2463f")


def lab_bench(sheet: Sheet) -> Sheet:
    """Show a rack of blood samples, a microscope and the tube post in the laboratory."""
    sheet.sky("#eef5fb", "#d7e7f3", box=(0, 0, 1200, 590))
    for x in range(0, 1200, 150):
        sheet.box((x, 0, x + 2, 590), "#c6d9e8")
    for y in (120, 270, 420, 570):
        sheet.box((0, y, 1200, y + 2), "#c6d9e8")
    sheet.box((690, 70, 1150, 84), "#a9bccb").box((690, 190, 1150, 204), "#a9bccb")
    for x, tall, colour in (
        (710, 70, "#f5b94a"),
        (776, 50, "#7cc0b5"),
        (840, 82, "#e57f6a"),
        (1020, 60, "#8aa4d6"),
    ):
        sheet.box((x, 190 - tall, x + 48, 190), colour, corner=8)
        sheet.box((x + 6, 190 - tall * 0.62, x + 42, 190 - tall * 0.3), "#ffffffb0", corner=4)
    sheet.box((900, 96, 1004, 190), "#ffffff", corner=8).box(
        (912, 108, 992, 150), "#7fb2d1", corner=6
    )
    _tube_post(sheet)
    sheet.sky("#f9fbfd", "#dfe8ef", box=(0, 580, 1200, 640)).box((0, 640, 1200, 800), "#5c7f97")
    for x in (40, 430, 820):
        sheet.box((x, 672, x + 340, 800), "#6d90a8", corner=10).box(
            (x + 130, 690, x + 210, 702), "#cfdde7", corner=6
        )
    _rack(sheet)
    _microscope(sheet)
    return sheet


def _tube_post(sheet: Sheet) -> None:
    pipe = [(0, 96), *curve((150, 96), (262, 96), (262, 208)), (262, 300)]
    sheet.stroke(pipe, "#8fb3c9", 92).stroke(pipe, "#bcd8e8", 72).stroke(pipe, "#d6e9f4", 30)
    sheet.box((206, 290, 318, 326), "#6e8ea3", corner=8)
    sheet.box((226, 318, 298, 470), "#f2994a", corner=26).box(
        (238, 346, 286, 442), "#fff1dd", corner=16
    )
    sheet.box((252, 360, 272, 432), "#b3262e", corner=9).box(
        (250, 354, 274, 372), "#7b4aa0", corner=5
    )
    for y in (330, 452):
        sheet.box((220, y, 304, y + 12), "#4a4a58", corner=5)
    for x, y, long in ((196, 356, 34), (328, 356, 34), (188, 396, 46), (336, 396, 46)):
        sheet.stroke([(x, y), (x, y + long)], "#9db9cb", 5)
    sheet.box((150, 500, 374, 584), "#7f9bb0", corner=12).box(
        (166, 500, 358, 520), "#5f7b90", corner=8
    )


def _rack(sheet: Sheet) -> None:
    sheet.disc((600, 606), 420, "#7f9bb050", down=26)
    sheet.box((420, 404, 780, 424), "#dbe6ee", corner=6).box(
        (420, 568, 780, 600), "#a8bfd0", corner=8
    )
    caps = ("#7b4aa0", "#d64545", "#e9b32f", "#3d8f5f", "#7b4aa0", "#4d86c9")
    for n, cap in enumerate(caps):
        x = 446 + n * 54
        sheet.box((x, 350, x + 36, 580), "#ffffff", corner=17)
        fill = "#e9c46a" if n == 2 else "#a81e2b"
        sheet.box((x + 5, 436 + n * 7 % 20, x + 31, 574), fill, corner=13)
        sheet.box((x + 8, 372, x + 12, 550), "#ffffff90", corner=2)
        sheet.box((x - 3, 332, x + 39, 372), cap, corner=8)
        sheet.box((x + 4, 470, x + 32, 524), "#fdfdf8")
        for bar in range(5):
            sheet.box((x + 7, 475 + bar * 9, x + 29, 478 + bar * 9 + bar % 2 * 3), "#33414d")
    sheet.box((420, 440, 780, 458), "#c3d4e0d0", corner=5)
    sheet.box((420, 404, 434, 600), "#a8bfd0", corner=5).box(
        (766, 404, 780, 600), "#a8bfd0", corner=5
    )


def _microscope(sheet: Sheet) -> None:
    sheet.disc((980, 604), 330, "#7f9bb050", down=24).box(
        (850, 566, 1108, 602), "#33506b", corner=16
    )
    sheet.stroke([(1050, 570), *curve((1076, 480), (1100, 340), (1000, 300))], "#33506b", 40)
    sheet.box((866, 486, 1060, 508), "#46657f", corner=8).box((900, 474, 990, 488), "#cfe6f2")
    sheet.disc((946, 480), 22, "#d64545", down=8)
    sheet.stroke([(912, 274), (962, 384)], "#9fb4c4", 58).stroke(
        [(888, 222), (906, 262)], "#33506b", 46
    )
    sheet.stroke([(962, 384), (974, 410)], "#33506b", 40).stroke(
        [(974, 414), (984, 440)], "#9fb4c4", 24
    )
    sheet.stroke([(896, 300), (990, 300)], "#33506b", 26)
    sheet.disc((1070, 452), 56, "#cfdde7").disc((1070, 452), 26, "#46657f")
    sheet.glow((946, 532), 90, "#fff2b030").box((926, 528, 966, 566), "#46657f", corner=6)
