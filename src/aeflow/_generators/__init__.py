"""Generative models of minority-class rows: AE-Flow, VAE and conditional GAN."""
