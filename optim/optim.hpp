#pragma once

// Everything of the room.
#include <optim/adagrad.hpp>
#include <optim/adam.hpp>
#include <optim/adamw.hpp>
#include <optim/any_optimizer.hpp>
#include <optim/clip.hpp>
#include <optim/form.hpp>
#include <optim/in_place.hpp>
#include <optim/on_plateau.hpp>
#include <optim/optimizer.hpp>
#include <optim/rmsprop.hpp>
#include <optim/rule.hpp>
#include <optim/schedule.hpp>
#include <optim/sgd.hpp>
