# SPDX-License-Identifier: Apache-2.0
"""Trains with Lightning. Usage: PROGRAM DIR csv|tensorboard"""
import sys

import lightning
import tiny
import torch
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger


class Module(lightning.LightningModule):
    def __init__(self, lr):
        super().__init__()
        self.save_hyperparameters()
        self.model = tiny.Model()

    def training_step(self, step):
        loss = self.model(tiny.batch(int(step[0])))
        self.log("train/loss", loss)
        return loss

    def on_before_optimizer_step(self, optimizer):
        norms = [p.grad.norm() for p in self.parameters() if p.grad is not None]
        self.log("grad_norm", torch.stack(norms).norm())
        self.log("lr", optimizer.param_groups[0]["lr"])

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, tiny.rate_factor)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


torch.set_num_threads(1)
if sys.argv[2] == "csv":
    logger = CSVLogger(sys.argv[1], flush_logs_every_n_steps=10)
else:
    logger = TensorBoardLogger(sys.argv[1], max_queue=1, flush_secs=1)
lightning.Trainer(
    max_steps=tiny.STEPS,
    max_epochs=-1,
    logger=logger,
    log_every_n_steps=1,
    accelerator="cpu",
    enable_progress_bar=False,
    enable_checkpointing=False,
).fit(Module(tiny.LEARNING_RATE), torch.utils.data.DataLoader(range(tiny.STEPS), batch_size=1))
