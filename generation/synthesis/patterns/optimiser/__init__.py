"""Optimisers and losses: one step of SGD, momentum, Adam, RMSProp, Adagrad, Lion; clipping, schedules,
reductions.

Free choices: rule, weight decay (coupled or not), gradient clipping, schedule, bias correction, averaging,
loss.
Source: Kingma and Ba, "Adam", 2015; Loshchilov and Hutter, "Decoupled Weight Decay", 2019; Chen et al.,
"Lion", 2023.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.optimiser.losses import LOSS
from generation.synthesis.patterns.optimiser.rules import AFTER, BEFORE, RULES
from generation.synthesis.sketches import Sketch

VERBS = ("training_step", "optimizer_step", "update", "optimise", "apply_gradients")

FIELDS = ("learning",)

_FORMS = Weights({"rule": 66, "loss": 34})

TITLES = {
    "rule": (
        "optimizer_step apply_gradients update_parameters",
        "Update parameters from their gradients.",
        "One optimizer step.",
    ),
    "loss": ("compute_loss loss_and_grad loss_gradient", "Loss and its gradient.", "Evaluate a loss."),
}

_SCOPE = {
    "theta": "inout KIND[n] params weights theta",
    "g": "KIND[n] grads gradients grad",
    "m": "inout KIND[n] exp_avg m moment1",
    "v": "inout s[n] exp_avg_sq v moment2",
    "buf": "inout KIND[n] momentum_buf velocity_buf buf",
    "acc": "inout s[n] grad_sq_sum accumulator sum_sq",
    "ema": "inout KIND[n] ema_params shadow averaged",
    "frozen": "i[n] frozen is_frozen trainable_mask",
    "group": "i>num_groups[n] group_ids param_group layer_id",
    "lr_table": "s[num_groups] group_lr lr_by_group layer_lr",
    "lr": "s lr learning_rate step_size",
    "beta1": "s beta1 momentum decay1",
    "beta2": "s beta2 decay2 rho",
    "eps": "s eps epsilon stability",
    "wd": "c weight_decay wd l2_penalty",
    "clip": "s max_norm clip_value grad_clip",
    "norm": "s[1] grad_norm global_norm norm_buffer",
    "t": "i step_count iteration t",
    "warm": "i warmup_steps warmup num_warmup",
    "total": "i total_steps num_steps max_steps",
    "tau": "s ema_decay polyak tau",
    "pred": "s[n,classes] logits predictions outputs",
    "target": "s[n,classes] targets labels_soft ground_truth",
    "label": "i>classes[n] labels target_class classes_true",
    "weight": "s[classes] class_weights channel_scale alpha_c",
    "classes": "n:classes num_classes num_outputs",
    "dpred": "out s[n,classes] grad_logits d_pred loss_grad",
    "loss": "out s[n] losses loss_out per_sample",
    "delta": "s delta huber_delta margin",
    "temp": "c temperature sharpness scale_factor",
    "smooth": "s label_smoothing smoothing",
    "batch": "n:n batch_size num_samples",
    "right": "inout i[1] num_correct correct_count hits",
}


def build(b: Builder) -> None:
    b.grid(1)
    framing.prologue(b)
    vectors = b.chance(0.2)
    scope = {name: text.replace("KIND", "v" if vectors else "s") for name, text in _SCOPE.items()}
    s = Sketch(b, **scope)
    s.scope["tally"] = lambda e: framing.tally(b, e, "loss_sum", "update_norm", "cost")
    if b.form(_FORMS) == "loss":
        s(LOSS[b.pick(tuple(LOSS))])
        s(
            "with either:\n    with _:\n        loss[i] = pick(total_err, polish(total_err))\n"
            "    with _:\n        tally(total_err)"
        )
        framing.bookkeeping(b)
    else:
        words = {
            "NORM": "length(grad)" if vectors else "abs(grad)",
            "SQUARE": "dot(grad, grad)" if vectors else "grad * grad",
            "BOUND": "x_new * (1.0 - wd)" if vectors else "clamp(x_new, -clip, clip)",
            "STEPSIZE": "dot(step, step)" if vectors else "pick(abs(step), step * step, abs(grad))",
        }
        for text in (BEFORE, RULES[b.pick(tuple(RULES))], AFTER):
            for word, replacement in words.items():
                text = text.replace(word, replacement)
            s(text)
        framing.bookkeeping(b, 0.2)
    s.done()
