from nids.base.stage import run_stage
from tools.bench import classifiers, predict, samplers, stages

if __name__ == "__main__":
    for part in (stages, samplers, classifiers, predict):
        run_stage(part.main)
