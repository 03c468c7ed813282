"""Does it teach? The same small model, trained on the same number of bytes of several datasets, is scored on
kernels that people wrote. Needs PyTorch and tokenizers (the extra `notebooks`):

    python tests/benchmarks/bench_teaching.py --out taught --others pairs.jsonl --real pairs/real-cpu

Arms, each with `--seeds` seeds, which also choose its pairs:

    ours             the train split of `cpu`, with default options
    others           another project's pairs, as they are: JSON Lines with `python_source` and `ir_code`
    others compiled  its sources, with the C++ that we get from them
    few              66 rows of ours, over and over with other names and numbers, compiled again

Without `--others` its two arms are left out; without `--real` the config `real-cpu` is built. An arm that has
fewer than `--bytes` is repeated.

A text is a source, a separator, `ir_support` and `ir_forward`, an end. One BPE serves all arms; it is trained
on real kernels that are not scored, and knows the texts of no arm. The model, a transformer, sees windows of
`--context` tokens, cut from the arm's texts in a row, once. It is scored on `--kernels` real kernels of at
most `--longest` bytes with their C++, those whose structures have the first hashes:

    bits per byte  of the C++ given the source; and of the source
    lines, exact   lines of the C++, and whole texts of it, in which each token is the likeliest one given the
                   right ones before it; for a whole text this is what greedy decoding writes

Where a kernel is longer than the context, each token has at least half a context before it. Results do not
depend on the clock; sums of floats may differ between machines and numbers of threads. What is finished lies
in `--out` and is not done again, so `--arms` may deal the arms out to several processes. Each call ends with
table.md and teaching.svg of all that is there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from torch.nn import functional as F

from tests.benchmarks import teaching_arms
from tests.benchmarks.teaching_arms import Text

END, ANSWER = 0, 1
COLUMNS = {
    "answer": "bits per byte of C++",
    "source": "bits per byte of Python",
    "lines": "lines of C++",
    "exact": "exact",
}
SETTINGS = ["bytes", "kernels", "longest", "vocabulary", "width", "layers", "context", "batch", "rate"]
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def new_tokenizer(texts: list[Text], vocabulary: int) -> Tokenizer:
    """A byte-level BPE whose tokens end at numbers and lines, not at words: `" = wp::load(var_"` is one."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("\n"), "merged_with_previous"),
            pre_tokenizers.Split(Regex("[0-9]+"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<end>", "<answer>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(itertools.chain.from_iterable(texts), trainer)
    return tokenizer


def tokenise(tokenizer: Tokenizer, text: Text) -> tuple[list[int], list[int]]:
    source, answer = (tokenizer.encode(part).ids for part in text)
    return [END, *source, ANSWER], [*answer, END]


class Block(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x, turn):
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in self.qkv(self.norm_1(x)).chunk(3, dim=-1)
        )
        attended = F.scaled_dot_product_attention(turned(q, turn), turned(k, turn), v, is_causal=True)
        x = x + self.out(attended.transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm_2(x))


def turned(x, turn):
    """Rotary positions (Su et al. 2021, arXiv:2104.09864): windows start anywhere in a text."""
    cos, sin = turn
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), dim=-1)


class Transformer(nn.Module):
    def __init__(self, vocabulary: int, width: int, layers: int, context: int, heads: int = 4):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        half = width // heads // 2
        angles = torch.outer(torch.arange(context), 10000.0 ** (-torch.arange(half) / half))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)

    def forward(self, ids):
        x, length = self.tokens(ids), ids.shape[1]
        for block in self.blocks:
            x = block(x, (self.cos[:length], self.sin[:length]))
        return self.norm(x) @ self.tokens.weight.T


def corpus(texts: Iterator[Text], tokenizer: Tokenizer, size: int) -> tuple[list[int], int]:
    """Tokens of the first texts that have `size` bytes together, and how many bytes they have."""
    ids: list[int] = []
    taken = 0
    while taken < size:
        text = next(texts)
        ids += itertools.chain(*tokenise(tokenizer, text))
        taken += text.size
    return ids, taken


def train(ids: list[int], seed: int, options: argparse.Namespace) -> Transformer:
    torch.manual_seed(seed)
    model = Transformer(options.vocabulary, options.width, options.layers, options.context).to(DEVICE)
    span = options.context + 1
    windows = torch.tensor(ids[: len(ids) // span * span]).view(-1, span)
    batches = windows[torch.randperm(len(windows))].split(options.batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.95), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.rate, len(batches), pct_start=0.1)
    for step, batch in enumerate(batches):
        batch = batch.to(DEVICE)
        loss = F.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0 or step == len(batches) - 1:
            print(
                f"step {step} of {len(batches)}: {loss.item():.2f} nats per token",
                file=sys.stderr,
                flush=True,
            )
    return model.eval()


@torch.no_grad()
def score(model: Transformer, texts: list[Text], tokenizer: Tokenizer, context: int) -> dict[str, float]:
    bits = {"source": 0.0, "answer": 0.0}
    lines = lines_right = exact = 0
    for text in texts:
        source, answer = tokenise(tokenizer, text)
        ids = torch.tensor(source + answer, device=DEVICE)
        inputs, targets = ids[:-1], ids[1:]
        losses, hits = [], []
        for start in range(0, max(len(inputs) - context // 2, 1), context // 2):
            window = slice(start, start + context)
            logits = model(inputs[None, window])[0]
            new = len(losses) - start  # those before were scored with more before them
            losses += F.cross_entropy(logits, targets[window], reduction="none")[new:].tolist()
            hits += (logits.argmax(-1) == targets[window])[new:].tolist()
        first = len(source) - 1
        bits["source"] += sum(losses[:first]) / math.log(2)
        bits["answer"] += sum(losses[first:]) / math.log(2)
        exact += all(hits[first:])
        whole = True
        for token, hit in zip(answer, hits[first:], strict=True):
            whole = whole and hit
            if token == END or tokenizer.id_to_token(token).endswith(
                "Ċ"
            ):  # a line feed, as the BPE spells it
                lines, lines_right, whole = lines + 1, lines_right + whole, True
    size = {name: sum(len(getattr(text, name).encode()) for text in texts) for name in bits}
    return {
        **{name: bits[name] / size[name] for name in bits},
        "lines": lines_right / lines,
        "exact": exact / len(texts),
    }


def run(arm: str, seed: int, options: argparse.Namespace, tokenizer: Tokenizer, scored: list[Text]) -> dict:
    texts = arms(options)[arm](seed)
    ids, size = corpus(texts, tokenizer, options.bytes)
    model = train(ids, seed, options)
    parameters = sum(p.numel() for p in model.parameters())
    figures = score(model, scored, tokenizer, options.context)
    return {"arm": arm, "seed": seed, "bytes": size, "tokens": len(ids), "parameters": parameters, **figures}


def arms(options: argparse.Namespace) -> dict:
    known = {"ours": teaching_arms.ours}
    if options.others:
        known["others"] = lambda seed: teaching_arms.others(options.others, seed)
        known["others compiled"] = lambda seed: teaching_arms.others_compiled(options.others, seed)
    return {**known, "few": teaching_arms.few}


def table(results: dict[str, list[dict]]) -> str:
    """Means and standard deviations over the seeds, as Markdown."""
    lines = [f"| | {' | '.join(COLUMNS.values())} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for arm, runs in results.items():
        cells = []
        for name in COLUMNS:
            values = [run[name] for run in runs]
            mean, deviation = statistics.mean(values), statistics.stdev(values) if values[1:] else math.nan
            share = name in ("lines", "exact")
            cells.append(f"{mean:.1%} ± {deviation:.1%}" if share else f"{mean:.3f} ± {deviation:.3f}")
        lines.append(f"| {arm} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def plot(results: dict[str, list[dict]], path: Path) -> None:
    """A point for each seed."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "0", "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(8, 0.6 + 0.35 * len(results)), sharey=True)
    for panel, name in zip(panels, ("answer", "lines"), strict=True):
        for place, runs in enumerate(results.values()):
            values = [run[name] for run in runs]
            panel.barh(place, statistics.mean(values), color="#4c78a8", alpha=0.4)
            panel.plot(values, [place] * len(values), "o", color="#4c78a8", markersize=4)
        panel.set(yticks=range(len(results)), yticklabels=results, xlabel=COLUMNS[name])
        panel.set_xlim(left=0)
    panels[1].xaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1, decimals=0))
    panels[0].invert_yaxis()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="directory of the results")
    parser.add_argument("--others", type=Path, help="another project's pairs, JSON Lines")
    parser.add_argument("--real", help="directory of a finished real-cpu; else it is built")
    parser.add_argument("--arms", nargs="+", help="some arms only (default: all)")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--bytes", type=int, default=12_000_000, help="to train on")
    parser.add_argument("--kernels", type=int, default=200, help="real ones to score on")
    parser.add_argument("--longest", type=int, default=4000, help="bytes of a real kernel with its C++")
    parser.add_argument("--vocabulary", type=int, default=2048)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--context", type=int, default=512, help="tokens, an even number")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for arm in options.arms or ():
        if arm not in arms(options):
            parser.error(f"--arms={arm} must be of: {', '.join(arms(options))}")
    settings = {name: getattr(options, name) for name in SETTINGS}
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "settings.json"
    if kept.exists() and json.loads(kept.read_text()) != settings:
        parser.error(f"--out={options.out} has results of other settings: {kept.read_text()}")
    kept.write_text(json.dumps(settings))

    short = [text for text in teaching_arms.real(options.real) if text.size <= options.longest]
    scored, rest = short[: options.kernels], short[options.kernels :][:2000]
    tokenizer = new_tokenizer(rest, options.vocabulary)
    for seed, arm in itertools.product(range(options.seeds), options.arms or arms(options)):
        path = options.out / f"{arm.replace(' ', '-')}-{seed}.json"
        if not path.exists():
            result = run(arm, seed, options, tokenizer, scored)
            print(json.dumps(result), flush=True)
            path.write_text(json.dumps(result) + "\n")

    found = [json.loads(path.read_text()) for path in sorted(options.out.glob("*-*.json"))]
    results = {arm: runs for arm in arms(options) if (runs := [run for run in found if run["arm"] == arm])}
    (options.out / "table.md").write_text(table(results))
    plot(results, options.out / "teaching.svg")
    print(f"{len(scored)} real kernels scored, {len(rest)} for the tokenizer", table(results), sep="\n\n")


if __name__ == "__main__":
    main()
