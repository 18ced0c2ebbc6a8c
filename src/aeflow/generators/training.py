"""Training with PyTorch Lightning, and the learning curve that comes out of it."""

import logging
import warnings
from collections.abc import Iterator
from typing import cast

import pandas as pd
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from aeflow.generators.ae_flow import AEFlow
from aeflow.generators.cgan import CGAN
from aeflow.generators.vae import VAE

STEPS_PER_EPOCH = 50


class _Batches(IterableDataset):
    """STEPS_PER_EPOCH batches, each class equally likely, rows drawn with replacement.

    An epoch is a number of steps, not a pass: a class of 52 rows takes as many as one of 995.
    """

    def __init__(self, rows: Tensor, labels: Tensor, batch_size: int) -> None:
        self.rows, self.labels, self.batch_size = rows, labels, batch_size
        self.weights = 1.0 / torch.bincount(labels)[labels]

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for _ in range(STEPS_PER_EPOCH):
            drawn = torch.multinomial(self.weights, self.batch_size, replacement=True)
            yield self.rows[drawn], self.labels[drawn]


class _LossTraining(lightning.LightningModule):
    """Minimise ``model.terms(x)["loss"]`` with Adam, logging every term."""

    def __init__(self, model: AEFlow | VAE, learning_rate: float) -> None:
        super().__init__()
        self.model, self.learning_rate = model, learning_rate

    def training_step(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        terms = self.model.terms(batch[0])
        self.log_dict(terms, on_step=False, on_epoch=True, batch_size=len(batch[0]))
        return terms["loss"]

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.model.parameters(), lr=self.learning_rate)


class _AdversarialTraining(lightning.LightningModule):
    """Alternate one step of the discriminator and one of the generator, with Adam."""

    def __init__(self, model: CGAN, learning_rate: float) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.model, self.learning_rate = model, learning_rate

    def training_step(self, batch: tuple[Tensor, Tensor]) -> None:
        x, labels = batch
        d_optimizer, g_optimizer = cast(list[torch.optim.Optimizer], self.optimizers())
        d_loss = self.model.discriminator_loss(x, labels)
        d_optimizer.zero_grad()
        self.manual_backward(d_loss)
        d_optimizer.step()
        g_loss = self.model.generator_loss(labels)
        g_optimizer.zero_grad()
        self.manual_backward(g_loss)
        g_optimizer.step()
        losses = {"discriminator_loss": d_loss, "generator_loss": g_loss}
        self.log_dict(losses, on_step=False, on_epoch=True, batch_size=len(x))

    def configure_optimizers(self) -> list[torch.optim.Optimizer]:
        # betas from Radford et al., arXiv:1511.06434: Adam's own momentum makes GANs oscillate.
        return [
            torch.optim.Adam(part.parameters(), lr=self.learning_rate, betas=(0.5, 0.999))
            for part in (self.model.discriminator, self.model.generator)
        ]


class _Curve(lightning.Callback):
    """Keep what was logged in each epoch."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        values = {name: float(value) for name, value in trainer.callback_metrics.items()}
        self.rows.append({"epoch": trainer.current_epoch + 1, **values})


def train(
    model: AEFlow | VAE | CGAN, rows: Tensor, labels: Tensor, *, epochs: int, batch_size: int, learning_rate: float
) -> pd.DataFrame:
    """Train ``model`` in place on rows (n, n_features) float32 and labels (n,) int64.

    Returns the learning curve: one row for each epoch, with each logged term's mean over it.
    Draws from torch's global random state: seed it before.
    """
    curve = _Curve()
    module = (
        _AdversarialTraining(model, learning_rate) if isinstance(model, CGAN) else _LossTraining(model, learning_rate)
    )
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # The batches are made in memory: loader processes would only slow it down.
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        # Lightning 2.6 calls what torch 2.13 deprecates.
        warnings.filterwarnings("ignore", message=".*LeafSpec.*")
        trainer = lightning.Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            callbacks=[curve],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(module, DataLoader(_Batches(rows, labels, batch_size), batch_size=None))
    return pd.DataFrame(curve.rows)
