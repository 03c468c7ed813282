"""Points in groups: k-means in its steps, soft assignments, density clusters, medoids.

Free choices: the distance, weights, hard or soft membership, how centres move, what marks convergence.
Source: Lloyd, "Least Squares Quantization in PCM", 1982; Ester et al., "A Density-Based Algorithm for
Discovering Clusters", 1996.
"""

from __future__ import annotations

from generation.synthesis import framing
from generation.synthesis.builder import Builder
from generation.synthesis.draw import Weights
from generation.synthesis.patterns.clustering.hard import ACCUMULATE, ASSIGN, CENTERS
from generation.synthesis.patterns.clustering.soft import DENSITY, SOFT
from generation.synthesis.sketches import Sketch

VERBS = ("assign", "update", "merge", "score", "cluster")
FIELDS = ("learning", "geometry", "image")
SUBJECTS = ("clusters", "centroids", "labels", "points", "samples")
TITLES = {
    "assign": ("kmeans_assign assign_to_nearest", "Each point to its nearest centre."),
    "accumulate": ("kmeans_accumulate sum_clusters", "Sums and counts of each cluster."),
    "centers": ("kmeans_update_centers move_centroids", "Centres to the means of their clusters."),
    "soft": ("soft_assign responsibilities em_step", "Memberships of each point in all clusters."),
    "density": ("dbscan_core core_points merge_density", "Core points and the clusters they join."),
}
_FORMS = Weights({"assign": 26, "accumulate": 18, "centers": 20, "soft": 18, "density": 22})

_SCOPE = {
    "x": "v[n] points samples features",
    "n": "n:n num_points num_samples count",
    "k": "n:clusters num_clusters k_clusters num_centers",
    "c": "v[clusters] centroids centers means",
    "w": "s[n] weights sample_weight importance",
    "label": "i>clusters[n] labels assignment cluster_id",
    "old": "i[n] prev_labels old_assignment last_labels",
    "out": "out i[n] labels_out assignment_out new_labels",
    "dist": "out s[n] distances min_dist inertia_per_point",
    "second": "out s[n] second_best margin_out runner_up",
    "changed": "inout i[1] num_changed changed moved",
    "sum": "inout v[clusters] centroid_sum sums accumulated",
    "num": "inout s[clusters] cluster_weight counts cluster_size",
    "hits": "inout i[clusters] cluster_count num_members sizes",
    "spread": "inout s[clusters] cluster_inertia variance_sum scatter",
    "bias": "s[clusters] cluster_bias penalties log_prior",
    "alive": "b[clusters] is_active center_valid enabled",
    "valid": "b[n] valid mask keep",
    "far": "s max_distance outlier_radius cutoff",
    "own_sum": "v[n] centroid_sum sums accumulated",
    "own_num": "s[n] cluster_weight counts cluster_size",
    "own_c": "v[n] centroids centers means",
    "c_out": "out v[n] centroids_out centers_out new_means",
    "shift": "inout s[1] total_shift max_shift movement",
    "rate": "s learning_rate step momentum",
    "few": "s min_count min_weight empty_threshold",
    "fallback": "v[n] fallback_centers seeds reinit_points",
    "dead": "out i[n] empty_flags needs_reseed is_empty",
    "beta": "s temperature sharpness inv_temperature",
    "member": "out s[n,clusters] membership responsibilities soft_labels",
    "var": "s[clusters] variances bandwidths sigma_sq",
    "eps": "s eps radius neighborhood",
    "nbr": "i?n[n,slots] neighbors neighbor_ids adjacent",
    "slots": "n:slots max_neighbors num_neighbors slot_count",
    "least": "i min_points min_neighbors core_threshold",
    "core": "out i[n] is_core core_flags dense",
    "core_in": "i[n] is_core core_flags dense",
    "group": "i[n] component cluster_of root",
    "group_out": "out i[n] component_out cluster_out new_root",
    "entropy": "out s[n] entropy uncertainty ambiguity",
}

_DISTANCE = """
def squared_distance__sq_dist(a, b_):
    d__diff = a - b_
    return dot(d, d)
"""


_TEXT = {
    "assign": ASSIGN,
    "accumulate": ACCUMULATE,
    "centers": CENTERS,
    "soft": SOFT,
    "density": DENSITY,
}
_METRICS = (
    "squared_distance(p, OTHER)", "squared_distance(p, OTHER)", "length(p - OTHER)", "max(abs(p - OTHER))",
    "1.0 - dot(p, OTHER) / safe(length(p) * length(OTHER))", "-dot(p, OTHER)",
)  # fmt: skip


def build(b: Builder) -> None:
    form = b.form(_FORMS)
    b.grid(1)
    if b.chance(0.45):
        framing.prologue(b)
    metric = b.pick(_METRICS)
    second = b.chance(0.3)
    words = {
        "METRIC_N": metric.replace("OTHER", "x[j]"),
        "METRIC": metric.replace("OTHER", "c[m]"),
        "SECOND": "next_d = best_d" if second else "",
        "STOP": b.pick(("break", "continue")),
        "    LOWER\n": "    d = max(d - eps, 0.0)\n" if b.chance(0.4) else "",
    }
    text = _TEXT[form] + ("second[i] = next_d - best_d\n" if second and form == "assign" else "")
    for word, value in words.items():
        text = text.replace(word, value)
    s = Sketch(b, **_SCOPE)
    s.scope["tally"] = lambda e: framing.tally(b, e, "inertia", "spread", "weight")
    s(_DISTANCE)(text)
    framing.bookkeeping(b, 0.1)
    s.done()
