#pragma once

// Everything of the room.
#include <autograd/kernel/in_place.hpp>
#include <optim/any_optimizer.hpp>
#include <optim/clip.hpp>
#include <optim/on_plateau.hpp>
#include <optim/optimizer.hpp>
#include <optim/rule.hpp>
#include <optim/rules/adagrad.hpp>
#include <optim/rules/adam.hpp>
#include <optim/rules/adamw.hpp>
#include <optim/rules/form.hpp>
#include <optim/rules/rmsprop.hpp>
#include <optim/rules/sgd.hpp>
#include <optim/schedule.hpp>
