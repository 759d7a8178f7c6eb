// SPDX-License-Identifier: Apache-2.0
// What a person can do about an incident, by its kind. One or two sentences each; what the kinds mean
// stands in docs/alarms.md.

const ROLL_BACK = 'Roll back to a checkpoint from before the incident and skip the batches that led into it.';

const ADVICE = {
  nonfinite: 'Look at the gradients and the loss scale at this step. If it repeats, roll back to a checkpoint from before it and lower the learning rate.',
  loss_zero: 'Check the data and the loss mask: a loss of exactly 0 mostly means that no token counted.',
  gradient_zero: 'Check whether parameters are frozen, the loss is detached, or every step is skipped.',
  steps_skipped: 'Look at the loss scale. If nearly all steps are skipped, resume from a checkpoint with a lower learning rate, or train in bfloat16.',
  loss_scale_collapse: 'Gradients overflow at every scale. Resume from a checkpoint with a lower learning rate, or train in bfloat16.',
  param_norm_growth: 'Compare the weight decay with that of runs that stayed stable. Raise it, or lower the learning rate.',
  update_clipping: 'Look at the gradient norm and the loss. If they rise too, lower the learning rate.',
  throughput_drop: 'Look at the storage, the network and the temperature of the devices. The training itself may be healthy.',
  straggler: 'Look at the device of the rank that is named. Replace it at the next restart if it stays slow.',
  evaluation_regression: 'Compare with the training loss. If that still falls, the run over-fits: add data or stop; otherwise treat it as a divergence.',
  loss_floor: 'Look at what changed where the rise began: the data, the schedule or the batch size.',
  loss_spike: `Save no checkpoint now. If the loss has not recovered after some hundred steps: ${lower(ROLL_BACK)}`,
  loss_divergence: `${ROLL_BACK} If it comes again, lower the learning rate too.`,
  not_learning: 'Stop the run and check the learning rate, the initialization and the labels. Waiting does not help.',
  forecast_divergence: 'Save a checkpoint now. Plan a rollback with a lower learning rate, or turn on qk-layernorm if attention logits lead.',
  gradient_spike: `Lower the clipping threshold of the gradient. If the loss follows: ${lower(ROLL_BACK)}`,
  attention_logit_growth: 'Save a checkpoint now. Lower the learning rate, or restart with qk-layernorm, before the logits reach 10⁴.',
  attention_entropy_collapse: 'Save a checkpoint now. Lower the learning rate, or restart with qk-layernorm or σReparam.',
  output_logit_drift: 'Add z-loss with a weight of about 10⁻⁴, or lower the learning rate.',
  update_spike: 'Watch the loss: a spike may follow within some steps. If this comes often, lower Adam’s β₂ or use StableAdamW.',
  adam_bimodality: 'Lower the learning rate. Watch the gradient norm and the loss: a spike may follow.',
  epsilon_floor: 'Lower Adam’s ε: gradients are so small that it decides the size of the updates.',
  learning_rate_too_high: 'Lower the learning rate, or lengthen the warm-up.',
  loss_plateau: 'Check whether the learning rate fits. A plateau early in a run may end by itself.',
  expert_overload: 'Raise the weight of the balancing loss or the step of the balancing bias.',
  router_entropy_collapse: 'Raise the weight of the balancing loss or add noise to the router. Check whether some experts get no tokens.',
  router_bias_growth: 'Lower the step of the balancing bias, and look at the load of each expert.',
  dropped_tokens: 'Raise the capacity of the experts or the weight of the balancing loss.',
  policy_collapse: 'Roll back to a checkpoint with a higher policy entropy. Raise the entropy bonus or the weight of the KL term.',
  kl_growth: 'Lower the learning rate or raise the weight of the KL term. Read samples of the policy for a reward that is exploited.',
  rollout_mismatch: 'Check that rollouts and training use the same weights and precision. Correct the ratio by importance sampling if they must differ.',
  no_reward_spread: 'Give the policy tasks of another difficulty: groups of equal rewards teach nothing.',
  data_repetition: 'Check the data loader: the same batches seem to come again.',
  stalled: 'Look at the process, its log and its devices. Restart it from the newest checkpoint if it hangs.',
  command_unanswered: 'Check that the trainer still asks for commands. Carry out the command by hand if it is urgent.',
};

const OWN_RULE = 'This is a rule of your own; its message says what it watches.';

/** What to do about an incident of that kind; '' where nothing is known. */
export function whatToDo(kind) {
  return ADVICE[kind] ?? (kind?.startsWith('rule.') ? OWN_RULE : '');
}

function lower(sentence) {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
