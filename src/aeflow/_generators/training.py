"""Training with PyTorch Lightning, and the learning curve that comes out of it."""

import logging
import warnings
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

import pandas as pd
import pytorch_lightning as lightning
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, parameters_to_vector, vector_to_parameters
from tqdm import tqdm

from aeflow._generators.ae_flow import AEFlow
from aeflow._generators.cgan import CGAN
from aeflow._generators.stable_ae_flow import StableAEFlow
from aeflow._generators.vae import VAE

Model = AEFlow | StableAEFlow | VAE | CGAN

GRADIENT_NORM = 5.0
WEIGHT_DECAY = 1e-3


class _Batches:
    """As many batches as a pass over the rows takes, each class equally likely, drawn with replacement."""

    def __init__(self, rows: Tensor, labels: Tensor, batch_size: int) -> None:
        self.rows, self.labels, self.batch_size = rows, labels, batch_size
        self.order = torch.argsort(labels, stable=True)
        self.sizes = torch.unique(labels, return_counts=True)[1]
        self.start = self.sizes.cumsum(0) - self.sizes
        self.steps = -(-len(rows) // batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        of = torch.randint(len(self.sizes), (self.steps, self.batch_size))
        rank = (torch.rand(of.shape, dtype=torch.float64) * self.sizes[of]).long()
        for drawn in self.order[self.start[of] + rank]:
            yield self.rows.index_select(0, drawn), self.labels.index_select(0, drawn)


def _flat(module: nn.Module) -> nn.Parameter:
    """Return all parameters of a module as one, (n,), with its gradient; they and their gradients become views of it.

    Clipping and the optimizer take their time for each tensor, and those here are many and small.
    """
    parameters = list(module.parameters())
    flat = nn.Parameter(parameters_to_vector(parameters).detach())
    flat.grad = torch.zeros_like(flat)
    vector_to_parameters(flat.data, parameters)
    for parameter, gradient in zip(parameters, flat.grad.split([p.numel() for p in parameters]), strict=True):
        parameter.grad = gradient.view_as(parameter)
    return flat


class _Training(lightning.LightningModule):
    """Training whose optimizers step over ``_flat`` parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False  # it takes a quarter of the time of a step as small as these

    def zero_grad(self, set_to_none: bool = True) -> None:
        super().zero_grad(set_to_none=False)  # Lightning calls it once, and without a gradient there is no view of it


class _LossTraining(_Training):
    """Minimise ``model.terms(x)["loss"]`` with AdamW, the learning rate rising and falling once.

    Loshchilov, Hutter, arXiv:1711.05101; Smith, Topin, arXiv:1708.07120.
    """

    def __init__(self, model: AEFlow | StableAEFlow | VAE, learning_rate: float, steps: int) -> None:
        super().__init__()
        self.model, self.learning_rate, self.steps = model, learning_rate, steps

    def training_step(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        optimizer = cast(torch.optim.Optimizer, self.optimizers(use_pl_optimizer=False))
        terms = self.model.terms(batch[0])
        [flat] = optimizer.param_groups[0]["params"]
        flat.grad.zero_()
        self.manual_backward(terms["loss"])
        clip_grad_norm_(flat, GRADIENT_NORM)
        optimizer.step()
        cast(torch.optim.lr_scheduler.LRScheduler, self.lr_schedulers()).step()
        return {name: value.detach() for name, value in terms.items()}

    def configure_optimizers(self) -> Any:
        flat = _flat(self.model)
        optimizer = torch.optim.AdamW([flat], lr=self.learning_rate, weight_decay=WEIGHT_DECAY, fused=True)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, self.learning_rate, total_steps=self.steps)
        return {"optimizer": optimizer, "lr_scheduler": schedule}


class _AdversarialTraining(_Training):
    """Alternate one step of the discriminator and one of the generator, with Adam."""

    def __init__(self, model: CGAN, learning_rate: float) -> None:
        super().__init__()
        self.model, self.learning_rate = model, learning_rate

    def training_step(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        x, labels = batch
        d_optimizer, g_optimizer = cast(list[torch.optim.Optimizer], self.optimizers(use_pl_optimizer=False))
        d_loss = self.model.discriminator_loss(x, labels)
        d_optimizer.zero_grad(set_to_none=False)
        self.manual_backward(d_loss)
        d_optimizer.step()
        g_loss = self.model.generator_loss(labels)
        g_optimizer.zero_grad(set_to_none=False)
        self.manual_backward(g_loss)
        g_optimizer.step()
        return {"discriminator_loss": d_loss.detach(), "generator_loss": g_loss.detach()}

    def configure_optimizers(self) -> list[torch.optim.Optimizer]:
        # betas from Radford et al., arXiv:1511.06434: Adam's own momentum makes GANs oscillate.
        return [
            torch.optim.Adam([_flat(part)], lr=self.learning_rate, betas=(0.5, 0.999), fused=True)
            for part in (self.model.discriminator, self.model.generator)
        ]


class _Curve(lightning.Callback):
    """Keep the mean of each term over each epoch; Lightning's own logging would take a third of the time."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []
        self.terms: defaultdict[str, list[Tensor]] = defaultdict(list)

    def on_train_batch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, outputs: Any, *_: Any
    ) -> None:
        for name, value in outputs.items():
            self.terms[name].append(value.detach())

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        means = {name: float(torch.stack(values).mean()) for name, values in self.terms.items()}
        self.rows.append({"epoch": trainer.current_epoch + 1, **means})
        self.terms.clear()


class _Progress(lightning.Callback):
    """A bar on stderr that moves with every epoch."""

    def __init__(self, description: str) -> None:
        self.description = description

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.bar = tqdm(total=trainer.max_epochs, desc=self.description, unit="epoch")

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.bar.update()

    def on_train_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.bar.close()


def train(
    model: Model,
    rows: Tensor,
    labels: Tensor,
    *,
    max_epochs: int,
    max_steps: int,
    batch_size: int,
    learning_rate: float,
    progress: str | None = None,
) -> pd.DataFrame:
    """Train ``model`` in place on rows, as its ``terms`` take them, and labels (n,) int64, each from 0 up.

    An epoch is as many batches as a pass over the rows takes. Training ends after ``max_epochs``,
    or after the epochs that fit into ``max_steps`` batches, but at least one. With a text for
    ``progress``, a bar with it is shown on stderr. Returns the learning curve: one row for each
    epoch, with each term's mean over it. Draws from torch's global random state: see
    ``reproducible``.
    """
    batches = _Batches(rows, labels, batch_size)
    epochs = min(max_epochs, max(1, max_steps // batches.steps))
    module = (
        _AdversarialTraining(model, learning_rate)
        if isinstance(model, CGAN)
        else _LossTraining(model, learning_rate, epochs * batches.steps)
    )
    curve = _Curve()
    model.train()
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # Lightning 2.6 calls what torch 2.13 deprecates.
        warnings.filterwarnings("ignore", message=".*LeafSpec.*")
        trainer = lightning.Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            callbacks=[curve, _Progress(progress)] if progress else [curve],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(module, batches)
    model.eval()
    for parameter in model.parameters():  # each by itself again: a pickle of a view has all that it is a view of
        parameter.data, parameter.grad = parameter.data.clone(), None
    return pd.DataFrame(curve.rows)
