"""Stock levels of a small warehouse, and what has to be ordered."""

from dataclasses import dataclass, field

REORDER_LEVEL = 12
BATCH = 24


@dataclass
class Article:
    code: str
    title: str
    on_hand: int = 0
    tags: list[str] = field(default_factory=list)

    def is_low(self):
        return self.on_hand < REORDER_LEVEL


def parse_row(row):
    parts = [part.strip() for part in row.split(";")]
    if len(parts) < 3:
        raise ValueError(f"too short: {row!r}")
    code, title, amount = parts[:3]
    return Article(code, title, int(amount), parts[3:])


def read_articles(path):
    articles = {}
    with open(path, encoding="utf-8") as handle:
        for row in handle:
            article = parse_row(row)
            articles[article.code] = article
    return articles


def missing_units(article, wanted):
    gap = wanted - article.on_hand
    if gap <= 0:
        return 0
    batches = -(-gap // BATCH)
    return batches * BATCH


def cost(article, wanted, price):
    return missing_units(article, wanted) * price


def order_list(articles, demand):
    orders = []
    for code, wanted in demand.items():
        article = articles.get(code)
        if article is None:
            continue
        units = missing_units(article, wanted)
        if units:
            orders.append((code, units))
    return sorted(orders)
