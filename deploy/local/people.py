"""Names for the people of the demo county: made up, plausible, and the same for the same seed."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文玉兰红斌波辉萍鑫玲健亮春梅峰晓宁海燕雪飞鹏龙云东"
    "山林志国庆荣福生宏彦博雅琴莉婷宇浩凯欣悦瑞晨阳旭昊然"
)


class Names:
    """Names of people, each drawn once in one place."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 (people of a demo, no secrets)
        self._given: set[str] = set()

    def draw(self) -> str:
        """A name of two or three characters that nobody here has yet."""
        while True:
            given = "".join(self._random.choices(GIVEN, k=self._random.choice((1, 2, 2))))
            name = self._random.choice(SURNAMES) + given
            if name not in self._given:
                self._given.add(name)
                return name
